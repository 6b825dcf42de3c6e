/**
 * Establishes that moby-2019 still leaves every broken state that the table lists: each is led to
 * by the shortest run that the exhaustive search found. That there are no others is what the search
 * itself and its sample establish.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../../src/cli/targets/fake-targets.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { QUIRKS } from '../../../../src/domain/profiles/quirk.js';
import type { FaultPlan, SoundOperation } from '../../../../src/oracle/commands/operation.js';
import { MOBY_2019_VIOLATIONS, PROMISES } from '../../../../src/oracle/faults/known-violations.js';
import { tryFault } from '../../../../src/oracle/faults/try-fault.js';
import type { SequenceTargets } from '../../../../src/oracle/targets/sequence-target.js';

interface Example {
  readonly signature: string;
  readonly operations: readonly SoundOperation[];
  readonly plan: FaultPlan;
}

const FILE = new URL('../../../faults/moby-2019.json', import.meta.url);
const EXAMPLES = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Example[];

let targets: SequenceTargets;

beforeAll(async () => {
  targets = await fakeTargets({ profile: MOBY_2019 });
});

afterAll(() => targets.dispose());

describe('the table of what moby-2019 leaves', () => {
  it('has an example of each, and each once', () => {
    const listed = MOBY_2019_VIOLATIONS.map(({ signature }) => signature);

    expect(EXAMPLES.map(({ signature }) => signature).sort()).toEqual([...listed].sort());
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('ties each to a quirk or to a promise of strict', () => {
    const rules = new Set([...QUIRKS.map(({ id }) => id as string), ...PROMISES]);

    for (const { signature, rule } of MOBY_2019_VIOLATIONS) {
      expect(rules.has(rule), `${signature}: ${rule}`).toBe(true);
    }
  });

  it.each(EXAMPLES)('$signature', async ({ signature, operations, plan }) => {
    const prefix = operations.slice(0, -1);
    const [operation] = operations.slice(-1);

    const run = operation === undefined ? undefined : { prefix, operation };
    const trial = run && (await tryFault(targets, run, plan));

    expect(trial?.violation?.signature).toBe(signature);
    expect(trial?.isKnown).toBe(true);
  });
});
