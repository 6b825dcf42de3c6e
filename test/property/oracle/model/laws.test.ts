/**
 * Establishes laws of the layer-store model over generated sequences, each operation taking any of
 * the answers that the model allows: asking changes nothing, forks are independent, what is learnt
 * from a look at a home is what was seen, and strict keeps the invariants of links and lowers.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../../../../src/domain/profiles/profile.js';
import type { HomeView } from '../../../../src/oracle/commands/answer.js';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import { generateSequence } from '../../../../src/oracle/generate/generate-sequence.js';
import { LayerStoreModel } from '../../../../src/oracle/model/model.js';
import { WORLD } from '../../../helpers/model-session.js';

const FACTS = { homeLength: WORLD.home.length, paddingMax: 200, indexOff: true, pageSize: 4096 };
const ANY = { ok: true, value: { kind: 'nothing' } } as const;
const RUNS = { numRuns: 300 };

const profiles = ['moby-2019', 'strict'] as const;

const sequences = fc
  .record({ seed: fc.nat(), choice: fc.nat({ max: 7 }) })
  .map(({ seed, choice }) => {
    const { operations } = generateSequence(FACTS, { seed, index: 0, lengthMax: 40 });
    return { operations, choice };
  });

/** Moves a model on by one of the answers that it allows; says which. */
function take(model: LayerStoreModel, operation: Operation, choice: number): string {
  const all = model.allowed(operation);
  const allowed = all[choice % all.length];
  if (allowed === undefined) throw new Error(`nothing is allowed for ${operation.op}`);
  model.accept(allowed, ANY);
  return allowed.outcome;
}

/** Tells all that can be told of a model. */
function tell(model: LayerStoreModel, operations: readonly Operation[]): unknown {
  return [
    model.view(),
    model.memory(),
    operations.map((operation) => model.allowed(operation).map(({ outcome }) => outcome)),
  ];
}

function begin(profile: ProfileName): LayerStoreModel {
  return new LayerStoreModel(profile, WORLD);
}

describe.each(profiles)('the model of %s', (profile) => {
  it('allows something for every operation, and changes nothing when asked', () => {
    fc.assert(
      fc.property(sequences, ({ operations, choice }) => {
        const model = begin(profile);
        for (const operation of operations) {
          const before = JSON.stringify([model.view(), model.memory()]);
          expect(model.allowed(operation).length).toBeGreaterThan(0);
          expect(JSON.stringify([model.view(), model.memory()])).toBe(before);
          take(model, operation, choice);
        }
      }),
      RUNS,
    );
  });

  it('is not moved by what its forks go through, nor they by it', () => {
    fc.assert(
      fc.property(sequences, fc.nat({ max: 39 }), ({ operations, choice }, cut) => {
        const [first, second] = [operations.slice(0, cut), operations.slice(cut)];
        const model = begin(profile);
        for (const operation of first) take(model, operation, choice);
        const [fork, untouched] = [model.fork(), model.fork()];
        const before = JSON.stringify(tell(model, operations));
        for (const operation of second) take(fork, operation, choice);

        expect(JSON.stringify(tell(model, operations))).toBe(before);
        for (const operation of second) take(model, operation, choice);
        expect(JSON.stringify(tell(untouched, operations))).toBe(before);
        expect(tell(model, operations)).toEqual(tell(fork, operations));
      }),
      RUNS,
    );
  });

  it('sees what it was told to see', () => {
    fc.assert(
      fc.property(sequences, ({ operations, choice }) => {
        const model = begin(profile);
        for (const operation of operations) take(model, operation, choice);
        const view = model.view();
        const other = begin(profile);
        other.resync(view);

        expect(other.view()).toEqual(view);
        expect(other.isLost).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('strict', () => {
  it('keeps a link for every layer, and every lower that of its parent, undamaged', () => {
    fc.assert(
      fc.property(sequences, ({ operations, choice }) => {
        const model = begin('strict');
        for (const operation of operations) {
          if (operation.op === 'tamper' || model.isLost) continue;
          take(model, operation, choice);
          expect(brokenInvariant(model.view())).toBeUndefined();
        }
      }),
      RUNS,
    );
  });
});

/** Reference, section 28, 1 and 2; a lower of which a layer is gone leads nowhere. */
function brokenInvariant({ layers, links }: HomeView): string | undefined {
  const targets = layers.map(({ id }) => `../${id}/diff`).sort();
  if (JSON.stringify(targets) !== JSON.stringify(links)) return `links: ${links.join(' ')}`;
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  for (const { id, link, lower = [] } of layers) {
    if (link === undefined || !('of' in link) || link.of !== id) return `link of ${id}`;
    const [first, ...rest] = lower;
    const parent = first !== undefined && 'of' in first ? byId.get(first.of) : undefined;
    if (first !== undefined && 'text' in first) return `lower of ${id}`;
    if (parent === undefined) continue;
    if (JSON.stringify(parent.lower ?? []) !== JSON.stringify(rest)) return `lower of ${id}`;
  }
  return undefined;
}
