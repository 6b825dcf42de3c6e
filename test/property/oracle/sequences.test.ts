/**
 * Shows that the driver in memory and the model agree on generated sequences, that what each model
 * has is reached, and that the seed's faults are found by the rules of the careful profile.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../src/cli/targets/fake-targets.js';
import { findProfile } from '../../../src/domain/profiles/find-profile.js';
import { KERNEL_PRESETS } from '../../../src/domain/union/kernel-presets.js';
import type { ProfileName } from '../../../src/domain/profiles/profile.js';
import { coverageOf } from '../../../src/oracle/coverage/coverage.js';
import { type CampaignResult, runCampaign, runOnce } from '../../../src/oracle/judge/campaign.js';
import { LAWS } from '../../../src/oracle/judge/laws/all-laws.js';
import { formatDivergence } from '../../../src/oracle/report/format-report.js';
import { formatOperation } from '../../../src/oracle/report/format-operation.js';
import { shrinkSequence } from '../../../src/oracle/shrink/shrink-sequence.js';
import type { SequenceTargets } from '../../../src/oracle/targets/sequence-target.js';
import { sequences } from '../../helpers/sequence-arbitrary.js';

const PROFILES: readonly ProfileName[] = ['moby-2019', 'moby-20.10', 'strict'];
const RUNS = 300;
/** On each of the kernels, in each of two profiles. */
const KERNEL_RUNS = 40;
const HOOKS = { laws: LAWS, compareHome: 'always' } as const;

async function targetsFor(name: ProfileName, kernel?: string): Promise<SequenceTargets> {
  const profile = findProfile(name);
  if (profile === undefined) throw new Error(`no profile ${name}`);
  return fakeTargets({ profile, ...(kernel === undefined ? {} : { kernel }) });
}

async function campaign(
  profile: ProfileName,
  judgeProfile: ProfileName,
  seed: number,
  isOver: (result: CampaignResult) => boolean,
  isFast = false,
): Promise<CampaignResult> {
  const targets = await targetsFor(profile);
  let state: CampaignResult | undefined;
  try {
    return await runCampaign({
      targets,
      judgeProfile,
      seed,
      shard: { index: 1, of: 1 },
      lengthMax: 40,
      isOver: () => state !== undefined && isOver(state),
      shrinkOperationsMax: 0,
      isFast,
      async progress(now) {
        state = now;
      },
    });
  } finally {
    await targets.dispose();
  }
}

describe('generated sequences', { timeout: 300_000 }, () => {
  it.each(PROFILES)('find the driver and the model of %s in agreement', async (profile) => {
    const targets = await targetsFor(profile);

    await fc.assert(
      fc.asyncProperty(sequences(targets.facts, 40), async (sequence) => {
        const judging = { targets, judgeProfile: profile };
        const { divergence } = await runOnce(judging, sequence, HOOKS);
        if (divergence === undefined) return;
        const shrunk = await shrinkSequence(
          { sequence, divergence },
          async (shorter) => (await runOnce(judging, shorter, HOOKS)).divergence,
          500,
        );
        const steps = shrunk.sequence.operations.map(formatOperation);
        throw new Error([...steps, ...formatDivergence(shrunk.divergence)].join('\n'));
      }),
      { numRuns: RUNS },
    );
    await targets.dispose();
  });

  const kernels = [...KERNEL_PRESETS.map(({ name }) => name), '6.18+redirect_dir'];
  it.each(kernels)('find them in agreement on the kernel %s', async (kernel) => {
    for (const name of ['moby-2019', 'strict'] as const) {
      const targets = await targetsFor(name, kernel);
      const judging = { targets, judgeProfile: name };
      await fc.assert(
        fc.asyncProperty(sequences(targets.facts, 40), async (sequence) => {
          const { divergence } = await runOnce(judging, sequence, HOOKS);
          if (divergence === undefined) return;
          const steps = sequence.operations.map(formatOperation);
          throw new Error([...steps, ...formatDivergence(divergence)].join('\n'));
        }),
        { numRuns: KERNEL_RUNS },
      );
      await targets.dispose();
    }
  });

  it.each(PROFILES)('reach every cell of the model of %s that can be reached', async (profile) => {
    const isOver = ({ sequences: count, cells }: CampaignResult): boolean => {
      if (count >= SEQUENCES_MAX) return true;
      return count % 100 === 0 && coverage(profile, { cells }).missed.length === 0;
    };
    // Cells are the answers'; that homes and laws agree is shown above.
    const result = await campaign(profile, profile, 1, isOver, true);

    expect(coverage(profile, result)).toMatchObject({ missed: [], unlisted: [] });
  });

  it('rediscover what the seed does wrong, with no test written for it', async () => {
    const wanted = [
      /^Q-06 home create links extra$/,
      /^Q-07 answer create$/,
      /^Q-08 home create layer missing$/,
      /^Q-09 home create committed extra/,
      /^Q-14 answer create, disturbed$/,
      /^Q-17 law get$/,
      /^Q-20 home get (merged|mount) missing$/,
      /^Q-21 home remove (layer missing|link|links missing), disturbed$/,
      /^Q-22 home remove mount missing$/,
      /^Q-23 answer apply$/,
    ];
    const missed = ({ findings }: CampaignResult): readonly RegExp[] =>
      wanted.filter((fault) => ![...findings.keys()].some((found) => fault.test(found)));
    const result = await campaign('moby-2019', 'strict', 1, (state) => {
      return state.sequences >= SEQUENCES_MAX || missed(state).length === 0;
    });

    expect(missed(result)).toEqual([]);
  });

  it('name exactly the version differences where 20.10 is judged as the seed', async () => {
    const shown = ['Q-17', 'Q-22', 'V-01', 'V-03', 'V-04'];
    const rules = ({ findings }: CampaignResult): readonly string[] =>
      [...new Set([...findings.values()].map(({ divergence }) => divergence.rule))].sort();
    const result = await campaign('moby-20.10', 'moby-2019', 1, (state) => {
      return state.sequences >= SEQUENCES_MAX || rules(state).length >= shown.length;
    });

    expect(rules(result)).toEqual(shown);
  });
});

/** Seeds are fixed where this counts; a run ends far sooner. */
const SEQUENCES_MAX = 20_000;

function coverage(
  profile: ProfileName,
  { cells }: Pick<CampaignResult, 'cells'>,
): ReturnType<typeof coverageOf> {
  return coverageOf(profile, Object.fromEntries(cells));
}
