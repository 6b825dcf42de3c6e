/**
 * Establishes, by the same sequences in every run, that the driver in memory does what the model
 * says, also where calls fail and processes end. Mutants of the driver have to survive this.
 */
import { expect, it } from 'vitest';
import { fakeTargets } from '../../../src/cli/targets/fake-targets.js';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { type CampaignResult, runCampaign } from '../../../src/oracle/judge/campaign.js';

Error.stackTraceLimit = 0;
const SEED = 5;
const SEQUENCES = 250;

it.each([
  { profile: MOBY_2019, withFaults: false },
  { profile: STRICT, withFaults: true },
])('keeps to the model of $profile.name', async ({ profile, withFaults }) => {
  const targets = await fakeTargets({ profile });
  let state: CampaignResult | undefined;
  const { findings } = await runCampaign({
    targets,
    judgeProfile: profile.name,
    seed: SEED,
    shard: { index: 1, of: 1 },
    lengthMax: 40,
    runs: SEQUENCES,
    withFaults,
    // The first divergence is enough.
    isOver: () => (state?.findings.size ?? 0) > 0,
    shrinkOperationsMax: 0,
    async progress(now) {
      state = now;
    },
  });
  await targets.dispose();

  expect([...findings.keys()]).toEqual([]);
});
