import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CampaignResult, runCampaign } from '../../src/oracle/judge/campaign.js';
import { programTargets } from '../../src/oracle/targets/program/program-targets.js';
import { TESTEE_LIMITS } from '../../src/oracle/targets/program/testee-process.js';

/** So many sequences a testee has to agree in. */
export const SOUND_RUNS = 60;
/** A fault has to be found in so many. */
export const FAULT_RUNS_MAX = 300;

/** Faults that the compiled testees can be given, and a few dozen sequences find; each has more. */
export const PLANTED_FAULTS: readonly string[] = [
  'chain-reversed',
  'cleanup-does-nothing',
  'metadata-without-lower',
  'parent-left-uncommitted',
  'put-keeps-mount-point',
  'storage-options-ignored',
  'symlink-left-by-remove',
];

const SEED = 1;
const LENGTH_MAX = 40;

/**
 * Judges a testee in profile `strict` up to its first finding, which is not shrunk.
 *
 * @param command - the program and its arguments.
 * @param runs - so many sequences of a fixed seed at most.
 */
export async function judgeTestee(
  command: readonly string[],
  runs: number,
): Promise<CampaignResult> {
  const place = await mkdtemp(join(tmpdir(), 'testee-'));
  const targets = await programTargets({
    name: 'program:testee',
    command,
    profile: 'strict',
    limits: TESTEE_LIMITS,
    place,
  });
  try {
    let state: CampaignResult | undefined;
    return await runCampaign({
      targets,
      judgeProfile: 'strict',
      seed: SEED,
      shard: { index: 1, of: 1 },
      lengthMax: LENGTH_MAX,
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
    await rm(place, { recursive: true, force: true });
  }
}
