// Establishes that the judge has nothing to say about the Python testee as it is, and finds the
// faults that are planted into it. Needs Python 3, and neither root nor a mount.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { judgeTestee } from '../../helpers/judge-testee.js';

const TESTEE = 'testees/python/testee.py';
const SOUND_RUNS = 100;
/** For a machine that does much else. */
const TEST_MS = 180_000;
const RUNS_MAX = 3000;

/** Faults that a few dozen sequences find; `faults.py` has more. */
const FAULTS: readonly string[] = [
  'symlink-left-by-remove',
  'parent-left-uncommitted',
  'parent-left-committed',
  'symlink-left-by-failed-create',
  'chain-reversed',
  'chain-without-grandparents',
  'existing-layer-made-again',
  'storage-options-ignored',
  'unmount-by-prefix',
  'exists-always',
  'put-ignores-count',
  'put-never-unmounts',
  'put-keeps-mount-point',
  'get-ignores-count',
  'get-of-missing-layer',
  'committed-base-writable',
  'metadata-without-lower',
  'metadata-upper-is-merged',
  'nothing-repaired',
  'incomplete-mark-kept',
  'failed-apply-not-undone',
  'deleted-file-shows-again',
  'deletions-not-exported',
  'is-parent-never',
  'is-parent-always',
  'diff-leaks-mounts',
  'changes-swapped',
  'root-opaque-without-effect',
  'whiteouts-not-applied',
  'implied-parents-private',
];

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) process.stderr.write('skipped the Python testee: no python3\n');

describe.skipIf(!hasPython)(
  'the Python testee (skipped where there is no python3)',
  { timeout: TEST_MS },
  () => {
    it('answers as profile strict has it', async () => {
      const { findings, sequences } = await judgeTestee(['python3', TESTEE], SOUND_RUNS);

      expect([...findings.keys()]).toEqual([]);
      expect(sequences).toBe(SOUND_RUNS);
    });

    it.each(FAULTS)('is found out with the fault %s', async (fault) => {
      const command = ['python3', TESTEE, '--fault', fault];

      const { findings } = await judgeTestee(command, RUNS_MAX);

      expect(findings.size).toBe(1);
    });
  },
);
