/**
 * Establishes that moby-2019 still leaves every broken state that the tables list: each is led to
 * by the shortest run that was found, and each way of breaking is shown by one. That there are no
 * others is what the exhaustive search and the samples establish.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../../src/cli/targets/fake-targets.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { QUIRKS } from '../../../../src/domain/profiles/quirk.js';
import type { FaultPlan, SoundOperation } from '../../../../src/oracle/commands/operation.js';
import type { Sequence } from '../../../../src/oracle/commands/sequence.js';
import {
  breakagesOf,
  findBreakage,
  findKnownViolation,
  MOBY_2019_WORDS,
  PROMISES,
} from '../../../../src/oracle/faults/known-violations.js';
import { MOBY_2019_STATES } from '../../../../src/oracle/faults/moby-2019-states.js';
import { tryFault } from '../../../../src/oracle/faults/try-fault.js';
import { runOnce } from '../../../../src/oracle/judge/campaign.js';
import type { SequenceTargets } from '../../../../src/oracle/targets/sequence-target.js';

interface StateExample {
  readonly signature: string;
  readonly operations: readonly SoundOperation[];
  readonly plan: FaultPlan;
}

interface BreakageExample extends Sequence {
  readonly breakage: string;
}

interface Examples {
  readonly states: readonly StateExample[];
  readonly breakages: readonly BreakageExample[];
}

const FILE = new URL('../../../faults/moby-2019.json', import.meta.url);
const { states, breakages } = JSON.parse(readFileSync(FILE, 'utf8')) as Examples;

let targets: SequenceTargets;

beforeAll(async () => {
  targets = await fakeTargets({ profile: MOBY_2019 });
});

afterAll(() => targets.dispose());

describe('the table of states that moby-2019 leaves', () => {
  it('has an example of each, and each once', () => {
    expect(states.map(({ signature }) => signature)).toEqual([...MOBY_2019_STATES].sort());
    expect(new Set(MOBY_2019_STATES).size).toBe(MOBY_2019_STATES.length);
  });

  it('ties each to quirks or to promises of strict', () => {
    const rules = new Set([...QUIRKS.map(({ id }) => id as string), ...PROMISES]);

    for (const signature of MOBY_2019_STATES) {
      const behind = findKnownViolation(signature)?.split(', ') ?? ['nothing'];
      expect(
        behind.filter((rule) => !rules.has(rule)),
        signature,
      ).toEqual([]);
    }
  });

  it.each(states)('$signature', async ({ signature, operations, plan }) => {
    const prefix = operations.slice(0, -1);
    const [operation] = operations.slice(-1);

    const run = operation === undefined ? undefined : { prefix, operation };
    const trial = run && (await tryFault(targets, run, plan));

    expect(trial?.violation?.signature).toBe(signature);
    expect(trial?.isKnown).toBe(true);
  });
});

describe('the table of ways in which moby-2019 breaks the rules for faults', () => {
  it('has no word that neither a state nor an example beyond the alphabet shows', () => {
    const shown = [
      ...MOBY_2019_STATES.flatMap(breakagesOf),
      ...breakages.map(({ breakage }) => breakage),
    ];

    const words = new Set(shown.flatMap((breakage) => findBreakage(breakage)?.words ?? []));
    expect([...words].sort()).toEqual([...MOBY_2019_WORDS].sort());
  });

  it('is not for a state of which a part is not known', () => {
    expect(findKnownViolation('create base fail: links extra')).toBe('Q-06');
    expect(findKnownViolation('create base fail: links extra, other lower')).toBeUndefined();
    expect(findKnownViolation('exists fail: links extra')).toBeUndefined();
  });

  it.each(breakages)('$breakage', async ({ breakage, ...sequence }) => {
    const seen: string[] = [];

    const { divergence } = await runOnce({ targets, judgeProfile: 'moby-2019' }, sequence, {
      judgedFault(_operation, { violation }) {
        if (violation !== undefined) seen.push(...breakagesOf(violation.signature));
      },
    });

    expect(seen).toContain(breakage);
    expect(divergence).toBeUndefined();
  });
});
