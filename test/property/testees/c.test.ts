// Establishes that the C testee builds without a warning, that the judge has nothing to say about
// it as it is, and that faults planted into it are found. Needs gcc, make and jansson, and no root.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ADAPTER_LINES_MAX,
  FAULT_RUNS_MAX,
  judgeTestee,
  PLANTED_FAULTS,
  SOUND_RUNS,
} from '../../helpers/judge-testee.js';

const SOURCE = 'testees/c';
/** For a machine that does much else. */
const TEST_MS = 180_000;

const lacks = lackOf();
if (lacks !== undefined) process.stderr.write(`skipped the C testee: ${lacks}\n`);

describe.skipIf(lacks !== undefined)(
  'the C testee (skipped where there is no gcc, make or jansson)',
  { timeout: TEST_MS },
  () => {
    let place: string;
    let program: string;

    beforeAll(() => {
      place = mkdtempSync(join(tmpdir(), 'c-testee-'));
      program = join(place, 'testee');
      const made = spawnSync('make', ['-s', '-C', SOURCE, `BUILD=${place}`], { encoding: 'utf8' });
      expect(`${made.stdout}${made.stderr}`).toBe('');
    }, TEST_MS);

    afterAll(() => {
      rmSync(place, { recursive: true });
    });

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

it('has an adapter in C that can be read alone', () => {
  const lines = readFileSync(join(SOURCE, 'testee.c'), 'utf8').split('\n').length - 1;

  expect(lines).toBeLessThanOrEqual(ADAPTER_LINES_MAX);
});

/** Tells what is missing to build it; nothing where all is there. */
function lackOf(): string | undefined {
  const missing = ['gcc', 'make'].filter((name) => spawnSync(name, ['--version']).status !== 0);
  if (missing.length > 0) return `no ${missing.join(', no ')}`;
  const options = ['-E', '-x', 'c', '-include', 'jansson.h', '/dev/null'];
  return spawnSync('gcc', options).status === 0 ? undefined : 'no jansson.h (libjansson-dev)';
}
