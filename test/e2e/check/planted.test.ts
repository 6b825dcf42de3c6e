/**
 * Shows that the check on real input can fail: faults are planted around the driver, and each has
 * to be found, at the right place, by the step that looks there.
 */
import {
  chmodSync,
  mkdtempSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeLinux } from '../../../src/composition.js';
import { Divergence } from '../../../src/oracle/real-input/divergence.js';
import { checkRealInput } from '../../../src/oracle/real-input/real-input.js';
import type { StepReport } from '../../../src/oracle/real-input/step.js';
import type { Target, TargetDriver } from '../../../src/oracle/targets/target.js';
import { unmountBelow } from '../../helpers/scenario-unmount.js';

const SPECIAL = 'overlay2-ref';
let workDirectory: string;

beforeEach(() => {
  workDirectory = mkdtempSync(join(tmpdir(), 'overlay2-ref-planted-'));
});

afterEach(() => {
  unmountBelow(workDirectory);
  rmSync(workDirectory, { recursive: true });
});

/** A fault: some methods of the driver, changed. */
type Plant = (driver: TargetDriver, home: string) => Partial<TargetDriver>;

async function check(plant: Plant): Promise<readonly StepReport[]> {
  const factory = async (home: string): Promise<Target> => {
    const { driver, ports, dispose } = await composeLinux({ home, writeLog: () => undefined });
    return {
      name: 'planted',
      profile: 'moby-2019',
      home,
      capabilities: { quota: false, label: true, diff: true, onDisk: true },
      driver: withPlanted(driver, plant(driver, home)),
      files: ports.fs,
      kernel: ports.kernel,
      dispose,
    };
  };
  const input = { workDirectory, layersMin: 2, filesMin: 150, bytesMax: 50_000_000 };
  const progress = { working: () => undefined, done: () => undefined };
  return checkRealInput(factory, { ...input, now: () => performance.now() }, progress);
}

function withPlanted(driver: TargetDriver, planted: Partial<TargetDriver>): TargetDriver {
  return new Proxy(driver, {
    get(target, name: keyof TargetDriver) {
      const own = planted[name];
      if (own !== undefined) return own;
      const method = target[name] as (...args: unknown[]) => unknown;
      return method.bind(target);
    },
  });
}

async function findDivergence(plant: Plant): Promise<Divergence> {
  const found = await check(plant).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(found).toBeInstanceOf(Divergence);
  return found as Divergence;
}

/** Damages a file of the special layer once its archive was applied. */
function afterApply(damage: (diff: string) => void): Plant {
  return (driver, home) => ({
    async applyDiff(id, parent, archive) {
      const size = await driver.applyDiff(id, parent, archive);
      const special = join(home, id, 'diff', SPECIAL);
      const before = statSync(special, { throwIfNoEntry: false });
      if (before === undefined) return size;
      damage(special);
      // A new modification time of the directory would be found first.
      utimesSync(special, before.atime, before.mtime);
      return size;
    },
  });
}

describe('the check on real input', () => {
  it('finds nothing in an honest driver, and says what it did', async () => {
    const steps = await check(() => ({}));

    expect(steps.map(({ name }) => name)).toEqual([
      'choose installed files',
      'apply layers',
      'compare the merged tree with its source',
      'edit as a container would',
      'apply the native diff to a sibling',
      'apply the naive diff to a sibling',
      'compare the list of changes',
      'remove every layer',
      'play the golden session',
    ]);
    expect(steps[0]?.counts['files']).toBeGreaterThanOrEqual(150);
    expect(steps[2]?.counts['entries']).toBeGreaterThan(150);
  }, 120_000);

  it.each([
    ['a changed mode', 'mode', 'old', (path: string) => chmodSync(path, 0o640)],
    ['a lost file', 'entry', 'empty', (path: string) => unlinkSync(path)],
    ['a flipped byte', 'modification time', 'old', (path: string) => writeFileSync(path, 'olb')],
    ['a lost capability', 'extended attributes', 'capable', (path: string) => replaceFile(path)],
    ['an added file', 'entry', 'added', (path: string) => writeFileSync(path, '')],
  ])(
    'finds %s',
    async (_what, aspect, name, damage) => {
      const divergence = await findDivergence(afterApply((special) => damage(join(special, name))));

      expect(divergence).toMatchObject({ subject: `/${SPECIAL}/${name}`, aspect });
    },
    120_000,
  );

  it('finds a wrong size', async () => {
    const divergence = await findDivergence((driver) => ({
      applyDiff: async (...args) => (await driver.applyDiff(...args)) + 1n,
    }));

    expect(divergence.aspect).toBe('size of the layer');
  }, 120_000);

  it('finds a diff that forgets its deletions', async () => {
    const divergence = await findDivergence((driver) => ({
      diff: async (id, parent) => withoutWhiteouts(await driver.diff(id, parent)),
    }));

    expect(divergence).toMatchObject({ aspect: 'entry', expected: 'absent', actual: 'present' });
  }, 120_000);

  it('finds a change that is not told', async () => {
    const divergence = await findDivergence((driver) => ({
      changes: async (id, parent) => (await driver.changes(id, parent)).slice(1),
    }));

    expect(divergence.aspect).toBe('changes');
  }, 120_000);

  it('finds a layer that is not removed', async () => {
    const divergence = await findDivergence((driver) => ({
      remove: async (id) => (id === 'layer-0' ? undefined : driver.remove(id)),
    }));

    expect(divergence).toMatchObject({ aspect: 'layers left behind', actual: 'layer-0' });
  }, 120_000);
});

/** A new file with the same content, mode and times, but no extended attribute. */
function replaceFile(path: string): void {
  // What was made in another second would be found by its time first.
  const { atime, mtime } = statSync(path);
  unlinkSync(path);
  writeFileSync(path, 'capable');
  chmodSync(path, 0o755);
  utimesSync(path, atime, mtime);
}

/** Turns whiteouts into entries that have no meaning, which keeps the archive whole. */
async function* withoutWhiteouts(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of archive) parts.push(Uint8Array.from(part));
  const bytes = Buffer.concat(parts);
  for (let at = 0; at + 512 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    if (name === '') break;
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 136), 8);
    const end = at + 512 + Math.ceil(size / 512) * 512;
    if (!/(^|\/)\.wh\./.test(name)) yield bytes.subarray(at, end);
    at = end;
  }
  yield new Uint8Array(1024);
}
