/**
 * Establishes on homes in memory that a sound one has nothing wrong, that every damage is found by
 * the rule it breaks, and that a repair gives the home back and can be taken back itself.
 */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeFake, type ComposedFakeDriver } from '../../../../src/composition.js';
import type { Flaw } from '../../../../src/domain/fsck/flaw.js';
import type { Mend } from '../../../../src/domain/fsck/mend.js';
import { fsckRule } from '../../../../src/domain/fsck/rules.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';
import { Store } from '../../../../src/driver/fsck/store.js';
import { planMends } from '../../../../src/cli/fsck/repair.js';
import { DAMAGES } from '../../../helpers/damages.js';
import { dumpTree } from '../../../helpers/scenario-dump.js';

const HOME = '/var/lib/overlay2';
const ASIDE = '/var/lib/aside';
const EXTRA = ['e1', 'e2', 'e3', 'e4'];

/** A home with a chain of three, another base, and layers above them as the parents say. */
async function makeHome(parents: readonly string[]): Promise<ComposedFakeDriver> {
  const composed = await composeFake({ home: HOME, profile: STRICT });
  const { driver } = composed;
  await driver.create('base', '');
  await driver.create('mid', 'base');
  await driver.create('top', 'mid');
  await driver.create('other', '');
  for (const [i, parent] of parents.entries()) await driver.create(EXTRA[i] ?? '', parent);
  return composed;
}

function storeOf({ ports }: ComposedFakeDriver): Store {
  return new Store(ports, { home: HOME, looksIntoLayers: true, elsewhere: [] });
}

const dump = ({ ports }: ComposedFakeDriver): Promise<readonly string[]> =>
  dumpTree(ports.fs, Buffer.from(HOME), '.');

const bad = (flaws: readonly Flaw[]): readonly Flaw[] =>
  flaws.filter(({ rule }) => fsckRule(rule).severity !== 'info');

/** Mends all there is to mend, as the command line would; gives what was done. */
async function repair(store: Store): Promise<readonly Mend[]> {
  const plan = planMends(await store.check()).filter(({ refusal }) => refusal === undefined);
  for (const { mend } of plan) await store.mend(mend, ASIDE);
  return plan.map(({ mend }) => mend);
}

/** Parents of up to four more layers, none below a leaf that the damages need. */
const moreLayers = fc.array(fc.constantFrom('', 'base', 'mid', 'other', 'e1'), { maxLength: 4 });
const settled = (parents: readonly string[]): readonly string[] =>
  parents.map((parent, i) => (parent === 'e1' && i === 0 ? '' : parent));

it('finds nothing wrong in what the driver made, mounted or not', async () => {
  await fc.assert(
    fc.asyncProperty(moreLayers, async (parents) => {
      const composed = await makeHome(settled(parents));
      expect(bad((await storeOf(composed).check()).flaws)).toEqual([]);

      await composed.driver.get('top');
      const report = await storeOf(composed).check();

      expect(bad(report.flaws)).toEqual([]);
      expect(report.mounted).toEqual(['top']);
    }),
    { numRuns: 30 },
  );
});

describe.each(DAMAGES)('$name', (damage) => {
  it('is found by the rule it breaks', async () => {
    await fc.assert(
      fc.asyncProperty(moreLayers, async (parents) => {
        const composed = await makeHome(settled(parents));
        await damage.do({ fs: composed.ports.fs, home: HOME });

        const { flaws } = await storeOf(composed).check();

        const rules = flaws.map(({ rule }) => rule);
        for (const rule of damage.rules) expect(rules).toContain(rule);
      }),
      { numRuns: 8 },
    );
  });

  it.runIf(damage.mendable)('is mended: the home is as it was, and the driver agrees', async () => {
    await fc.assert(
      fc.asyncProperty(moreLayers, async (parents) => {
        const composed = await makeHome(settled(parents));
        const sound = await dump(composed);
        await damage.do({ fs: composed.ports.fs, home: HOME });
        const damaged = await dump(composed);
        const store = storeOf(composed);

        const mends = await repair(store);

        expect(await dump(composed)).toEqual(sound);
        expect(bad((await store.check()).flaws)).toEqual([]);
        for (const mend of [...mends].reverse()) await store.undo(mend, ASIDE);
        expect(await dump(composed)).toEqual(damaged);

        await repair(store);
        const { driver } = await composeFake({
          home: HOME,
          machine: composed.machine,
          profile: STRICT,
        });
        for (const id of ['mid', 'top', 'other']) {
          await driver.get(id);
          await driver.put(id);
        }
      }),
      { numRuns: 8 },
    );
  });
});

it('has a damage for every rule but those of mounts and paths', () => {
  const found = new Set(DAMAGES.flatMap(({ rules }) => rules));
  const elsewhere = ['quota-node', 'mounted-layer-gone', 'mount-stray', 'mount-writes-committed'];
  const lengths = ['mount-cut', 'mount-too-long', 'path-unescaped'];
  for (const rule of [...elsewhere, ...lengths]) expect(found).not.toContain(rule);
});
