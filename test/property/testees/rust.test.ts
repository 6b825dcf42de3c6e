// Establishes that the Rust testee builds, that the judge has nothing to say about it as it is, and
// that faults planted into it are found. Needs cargo and Debian's serde_json, and no root.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ADAPTER_LINES_MAX,
  FAULT_RUNS_MAX,
  judgeTestee,
  PLANTED_FAULTS,
  SOUND_RUNS,
} from '../../helpers/judge-testee.js';

const SOURCE = 'testees/rust';
/** A build takes ten seconds and more, so that what was built is kept. */
const CACHE = 'node_modules/.cache/testee-rust';
const CRATES = '/usr/share/cargo/registry';
/** For a machine that does much else. */
const TEST_MS = 300_000;

const lacks = lackOf();
if (lacks !== undefined) process.stderr.write(`skipped the Rust testee: ${lacks}\n`);

describe.skipIf(lacks !== undefined)(
  'the Rust testee (skipped where there is no cargo, or no serde_json of Debian)',
  { timeout: TEST_MS },
  () => {
    let program: string;

    beforeAll(() => {
      // Cargo writes beside the sources, and not every cargo reads what another one has written.
      const place = join(CACHE, version('cargo').replaceAll(/[^\w.]+/g, '-'));
      cpSync(SOURCE, place, { recursive: true, preserveTimestamps: true });
      program = join(place, 'target/debug/testee');
      const made = spawnSync('cargo', ['build', '--quiet', '--offline', '--target-dir', 'target'], {
        cwd: place,
        encoding: 'utf8',
      });
      expect(`${made.stdout}${made.stderr}`).toBe('');
    }, TEST_MS);

    it('answers as profile strict has it', async () => {
      const { findings, sequences } = await judgeTestee([program], SOUND_RUNS);

      expect([...findings.keys()]).toEqual([]);
      expect(sequences).toBe(SOUND_RUNS);
    });

    it.each(PLANTED_FAULTS)('is found out with the fault %s', async (fault) => {
      const { findings } = await judgeTestee([program, '--fault', fault], FAULT_RUNS_MAX);

      expect(findings.size).toBe(1);
    });
  },
);

it('has an adapter in Rust that can be read alone', () => {
  const lines = readFileSync(join(SOURCE, 'src/main.rs'), 'utf8').split('\n').length - 1;

  expect(lines).toBeLessThanOrEqual(ADAPTER_LINES_MAX);
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
