// Establishes that the judge has nothing to say about the Python testee as it is, and finds the
// faults that are planted into it. Needs Python 3, and neither root nor a mount.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CampaignResult, runCampaign } from '../../../src/oracle/judge/campaign.js';
import { programTargets } from '../../../src/oracle/targets/program/program-targets.js';
import { TESTEE_LIMITS } from '../../../src/oracle/targets/program/testee-process.js';

const TESTEE = 'testees/python/testee.py';
const ANY_SEED = 1;
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
    let place: string;

    beforeEach(async () => {
      place = await mkdtemp(join(tmpdir(), 'python-testee-'));
    });

    afterEach(async () => {
      await rm(place, { recursive: true });
    });

    it('answers as profile strict has it', async () => {
      const { findings, sequences } = await judge(place, [], SOUND_RUNS);

      expect([...findings.keys()]).toEqual([]);
      expect(sequences).toBe(SOUND_RUNS);
    });

    it.each(FAULTS)('is found out with the fault %s', async (fault) => {
      const { findings } = await judge(place, ['--fault', fault], RUNS_MAX);

      expect(findings.size).toBe(1);
    });
  },
);

/** Judges the testee up to the first finding. */
async function judge(
  place: string,
  args: readonly string[],
  runs: number,
): Promise<CampaignResult> {
  const targets = await programTargets({
    name: 'program:python3',
    command: ['python3', TESTEE, ...args],
    profile: 'strict',
    limits: TESTEE_LIMITS,
    place,
  });
  try {
    let state: CampaignResult | undefined;
    return await runCampaign({
      targets,
      judgeProfile: 'strict',
      seed: ANY_SEED,
      shard: { index: 1, of: 1 },
      lengthMax: 40,
      runs,
      shrinkOperationsMax: 0,
      isOver: () => (state?.findings.size ?? 0) > 0,
      progress(now) {
        state = now;
        return Promise.resolve();
      },
    });
  } finally {
    await targets.dispose();
  }
}
