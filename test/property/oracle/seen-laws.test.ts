/**
 * Shows that the driver in memory keeps every law on generated sequences: by bytes where a call
 * fails, and of one layer at the end of each sequence. What the model says is judged elsewhere.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../src/cli/targets/fake-targets.js';
import { findProfile } from '../../../src/domain/profiles/find-profile.js';
import type { ProfileName } from '../../../src/domain/profiles/profile.js';
import { runOnce, THOROUGH } from '../../../src/oracle/judge/campaign.js';
import type { Divergence } from '../../../src/oracle/judge/divergence.js';
import { formatDivergence } from '../../../src/oracle/report/format-report.js';
import { formatOperation } from '../../../src/oracle/report/format-operation.js';
import { sequences } from '../../helpers/sequence-arbitrary.js';

const PROFILES: readonly ProfileName[] = ['moby-2019', 'strict'];
const RUNS = 50;

describe('every law', { timeout: 300_000 }, () => {
  it.each(PROFILES)('is kept in %s', async (name) => {
    const profile = findProfile(name);
    if (profile === undefined) throw new Error(`no profile ${name}`);
    const targets = await fakeTargets({ profile });
    let judged = 0;

    await fc.assert(
      fc.asyncProperty(sequences(targets.facts, 40), async (sequence) => {
        const judging = { targets, judgeProfile: name };
        const result = await runOnce(judging, sequence, THOROUGH);
        if (result.isDisturbed === false) judged += 1;
        const { divergence } = result;
        if (divergence === undefined || !isOfLaw(divergence)) return;
        const steps = sequence.operations.map(formatOperation);
        throw new Error([...steps, ...formatDivergence(divergence)].join('\n'));
      }),
      { numRuns: RUNS },
    );

    expect(judged).toBeGreaterThan(RUNS / 4);
    await targets.dispose();
  });
});

function isOfLaw({ kind }: Divergence): boolean {
  return kind === 'law' || kind === 'layer';
}
