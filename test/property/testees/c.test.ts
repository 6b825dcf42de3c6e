// Establishes that the C testee builds without a warning, that the judge has nothing to say about
// it as it is, and that faults planted into it are found. Needs gcc, make and jansson, and no root.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeTestee } from '../../helpers/describe-testee.js';

const SOURCE = 'testees/c';

let place = '';

describeTestee({
  language: 'C',
  needs: 'no gcc, make or jansson',
  lacks: lackOf(),
  timeoutMs: 180_000,
  adapter: join(SOURCE, 'testee.c'),
  build() {
    place = mkdtempSync(join(tmpdir(), 'c-testee-'));
    const command = ['make', '-s', '-C', SOURCE, `BUILD=${place}`];
    return { program: join(place, 'testee'), command };
  },
  clean() {
    rmSync(place, { recursive: true });
  },
});

/** Tells what is missing to build it; nothing where all is there. */
function lackOf(): string | undefined {
  const missing = ['gcc', 'make'].filter((name) => spawnSync(name, ['--version']).status !== 0);
  if (missing.length > 0) return `no ${missing.join(', no ')}`;
  const options = ['-E', '-x', 'c', '-include', 'jansson.h', '/dev/null'];
  return spawnSync('gcc', options).status === 0 ? undefined : 'no jansson.h (libjansson-dev)';
}
