// Establishes that the Rust testee builds, that the judge has nothing to say about it as it is, and
// that faults planted into it are found. Needs cargo and Debian's serde_json, and no root.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeTestee } from '../../helpers/describe-testee.js';

const SOURCE = 'testees/rust';
/** A build takes ten seconds and more, so that what was built is kept. */
const CACHE = 'node_modules/.cache/testee-rust';
const CRATES = '/usr/share/cargo/registry';

describeTestee({
  language: 'Rust',
  needs: 'no cargo, or no serde_json of Debian',
  lacks: lackOf(),
  timeoutMs: 300_000,
  adapter: join(SOURCE, 'src/main.rs'),
  build() {
    // Cargo writes beside the sources, and not every cargo reads what another one has written.
    const cwd = join(CACHE, version('cargo').replaceAll(/[^\w.]+/g, '-'));
    cpSync(SOURCE, cwd, { recursive: true, preserveTimestamps: true });
    const command = ['cargo', 'build', '--quiet', '--offline', '--target-dir', 'target'];
    return { program: join(cwd, 'target/debug/testee'), command, cwd };
  },
});

function version(program: string): string {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

/** Tells what is missing to build it; nothing where all is there. */
function lackOf(): string | undefined {
  const missing = ['cargo', 'rustc'].filter((name) => version(name) === '');
  if (missing.length > 0) return `no ${missing.join(', no ')}`;
  return existsSync(CRATES) ? undefined : `no ${CRATES} (librust-serde-json-dev)`;
}
