// Establishes that what is not compared is not found, that the rest still is, and that a verdict
// names what was compared: on the seed's driver in memory, held to the rules of strict.
import { describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../src/cli/targets/fake-targets.js';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { runCampaign } from '../../../src/oracle/judge/campaign.js';
import { COMPARED, type Compared, comparedBy } from '../../../src/oracle/judge/compared.js';

const RUNS = 40;

/** Gives by what comparisons faults were found. */
async function foundBy(compares?: ReadonlySet<Compared>): Promise<ReadonlySet<string | undefined>> {
  const targets = await fakeTargets({ profile: MOBY_2019 });
  try {
    const { findings } = await runCampaign({
      targets,
      judgeProfile: 'strict',
      seed: 4,
      shard: { index: 1, of: 1 },
      lengthMax: 40,
      runs: RUNS,
      shrinkOperationsMax: 0,
      isOver: () => false,
      ...(compares === undefined ? {} : { compares }),
    });
    return new Set([...findings.values()].map(({ divergence }) => comparedBy(divergence)));
  } finally {
    await targets.dispose();
  }
}

describe('what is compared', { timeout: 120_000 }, () => {
  it('finds the seed out in several ways', async () => {
    const found = await foundBy();

    expect(found).toContain('answers');
    expect(found).toContain('classes');
    expect(found).toContain('disk');
  });

  it.each(['answers', 'classes', 'disk'] as const)('can be without %s', async (name) => {
    const found = await foundBy(new Set(COMPARED.filter((one) => one !== name)));

    expect(found).not.toContain(name);
    expect(found.size).toBeGreaterThan(0);
  });

  it.each(['answers', 'disk'] as const)('can be %s alone', async (name) => {
    expect([...(await foundBy(new Set([name])))]).toEqual([name]);
  });
});
