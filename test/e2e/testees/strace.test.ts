/**
 * Establishes what the judge learns of a foreign program from outside: the mounts it asks for, from
 * `strace` and from the kernel's table as from itself, and that a chosen call of it fails, or is
 * the last one it makes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { withProgramTargets } from '../../../src/cli/targets/with-program-targets.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { MountSource } from '../../../src/oracle/targets/program/program-target.js';
import type { FaultControl, SequenceTarget } from '../../../src/oracle/targets/sequence-target.js';

const BIN = join(import.meta.dirname, '../../../bin/overlay2-ref');
const PROGRAM = `program:${process.execPath} ${BIN} testee --backend linux`;

let place: string;

beforeEach(({ skip }: TestContext) => {
  const { error } = spawnSync('strace', ['-V']);
  if (error !== undefined) skip(`strace cannot be run: ${error.message}`);
  place = mkdtempSync(join(tmpdir(), 'o2r-strace-'));
});

afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

/** Runs something on a testee on this machine's kernel, in profile strict. */
function onTestee<T>(
  how: { readonly mountData?: MountSource; readonly withFaults?: boolean },
  use: (target: SequenceTarget) => Promise<T>,
): Promise<T> {
  const { mountData, withFaults } = how;
  const asked = { name: PROGRAM, profile: STRICT, place, streams: process };
  return withProgramTargets(
    { ...asked, ...(mountData === undefined ? {} : { mountData }) },
    async (targets) => {
      const target = await targets.make({ homePadding: 0 }, withFaults);
      try {
        return await use(target);
      } finally {
        await targets.remove(target);
      }
    },
  );
}

/** Mounts a container on a layer on a base, and gives what was seen of that, free of its home. */
async function mountsSeen(mountData: MountSource): Promise<string> {
  return onTestee({ mountData }, async (target) => {
    const { driver, home } = target;
    await driver.create('base', '');
    await driver.create('layer', 'base');
    await driver.createReadWrite('container', 'layer');
    await driver.get('container');
    const seen = JSON.stringify(target.mounts?.());
    await driver.put('container');
    return seen.replaceAll(home, 'HOME').replaceAll(/l\/[A-Z0-9]{26}/g, 'LINK');
  });
}

describe('the mounts of a program', { timeout: 60_000 }, () => {
  it('are from strace what the program says that they are', async () => {
    const [told, seen] = [await mountsSeen('testee'), await mountsSeen('strace')];

    expect(JSON.parse(told)).toMatchObject([{ target: 'HOME/container/merged' }]);
    expect(JSON.parse(seen)).toEqual(JSON.parse(told));
  });

  it('show their layers in the table of the kernel, too', async () => {
    const [{ layers }] = JSON.parse(await mountsSeen('mountinfo')) as [{ layers: unknown }];

    expect(layers).toMatchObject({
      lowers: ['HOME/LINK', 'HOME/LINK'],
      upper: 'HOME/container/diff',
    });
  });
});

/** A target that has a base layer, and what makes it fail. */
function withBase<T>(
  use: (target: SequenceTarget, faults: FaultControl) => Promise<T>,
): Promise<T> {
  return onTestee({ withFaults: true }, async (target) => {
    await target.driver.create('base', '');
    if (target.faults === undefined) throw new Error('it cannot be made to fail');
    return use(target, target.faults);
  });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'succeeds',
    (error: unknown) => error,
  );
}

describe('a program that is made to fail', { timeout: 60_000 }, () => {
  it('has its chosen call fail, and goes on', async () => {
    await withBase(async ({ driver }, faults) => {
      await faults.arm({ fault: 'fail', at: 1, errno: 'ENOSPC' });
      const failure = await failureOf(driver.create('layer', 'base'));
      const outcome = await faults.disarm();

      expect(failure).toMatchObject({ errnoName: 'ENOSPC' });
      expect(outcome).toMatchObject({ isHit: true, call: expect.stringContaining('ENOSPC') });
      expect(await driver.exists('layer')).toBe(false);
      await driver.create('layer', 'base');
    });
  });

  it('tells how many calls it made where the chosen one did not come', async () => {
    await withBase(async ({ driver }, faults) => {
      await faults.arm({ fault: 'fail', at: 1000, errno: 'EIO' });
      await driver.create('layer', 'base');
      const { isHit, calls } = await faults.disarm();

      expect(isHit).toBe(false);
      expect(calls).toBeGreaterThan(3);
    });
  });

  it('ends at its chosen call, and another process finds no half layer', async () => {
    await withBase(async (target, faults) => {
      await faults.arm({ fault: 'crash', at: 3 });
      const failure = await failureOf(target.driver.create('layer', 'base'));
      const outcome = await faults.disarm();
      await faults.crash(undefined);
      await target.restart('new');

      expect(failure).toMatchObject({ name: 'CrashError' });
      expect(outcome.isHit).toBe(true);
      expect(await target.driver.exists('layer')).toBe(false);
      expect(await target.driver.exists('base')).toBe(true);
    });
  });
});
