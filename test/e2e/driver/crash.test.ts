/**
 * Establishes that profile strict survives the end of its process at any moment: every mutating
 * system call of every changing method is made the last one, with what was not synced lost or kept,
 * and the next Init finds a sound home in which the method was done whole or not at all.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallGate, CrashError, crashAt } from '../../../src/adapters/faults/call-gate.js';
import { interceptPorts } from '../../../src/adapters/faults/intercept.js';
import { mutatingOnly } from '../../../src/adapters/faults/port-call.js';
import { UnsyncedFiles } from '../../../src/adapters/faults/unsynced-files.js';
import { createLinuxPorts } from '../../../src/adapters/linux/ports.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { syncFileSystem } from '../../../src/driver/files.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { type Operation, OPERATIONS } from '../../helpers/driver-operations.js';
import { assertHomeIsSound } from '../../helpers/layer-invariants.js';
import { unmountBelow } from '../../helpers/scenario-unmount.js';
import { TestHome, withoutKernels } from '../../helpers/test-home.js';

const passThrough: TestHome['around'] = (_call, perform) => perform();

/** How the process ends: alone, or with the machine, whose unsynced writes and mounts go too. */
const ENDS = ['killed', 'powered off, new files emptied', 'powered off, new files gone'] as const;

let place: TestHome;

beforeEach(() => {
  place = new TestHome();
});

afterEach(() => place.remove());

/** Crashes at one call; false when the method came to its end before it. */
async function crash(
  operation: Operation,
  at: number,
  end: (typeof ENDS)[number],
): Promise<boolean> {
  const linux = createLinuxPorts();
  const unsynced = new UnsyncedFiles(linux.ports.fs);
  const gate = new CallGate(crashAt(at), mutatingOnly);
  try {
    const { driver, ports } = await place.compose({
      profile: STRICT,
      decorate: (inner) => interceptPorts(inner, unsynced.around),
    });
    await operation.prepare(driver, place.home);
    // What is there before the call is on disk: its age is not what is judged.
    await syncFileSystem(ports.fs, place.home);
    place.around = gate.around;
    const error = await operation.run(driver).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    place.around = passThrough;
    if (error !== undefined) expect(error).toBeInstanceOf(CrashError);
    await gate.closeLeftOpen();
    if (end !== 'killed') {
      await unsynced.loseUnsynced(end.endsWith('gone') ? 'removed' : 'emptied');
      unmountBelow(place.home);
    }
    await place.endProcess();
    return error !== undefined;
  } finally {
    await linux.dispose();
  }
}

/** The home without link ids and without what is the kernel's. */
async function settled(): Promise<readonly string[]> {
  return withoutKernels(await place.picture());
}

async function pictureAfter(operation: Operation, run: boolean): Promise<readonly string[]> {
  await place.restart();
  const driver = await place.open({ profile: STRICT });
  await operation.prepare(driver, place.home);
  if (run) await operation.run(driver);
  return settled();
}

const CASES = ENDS.flatMap((end) =>
  Object.values(OPERATIONS)
    // What becomes of new files matters to the methods that write any.
    .filter(({ name }) => end !== ENDS[2] || /create|into diff/.test(name))
    .map((operation) => ({ end, name: operation.name, operation })),
);

describe('a crash', () => {
  it.each(CASES)(
    'at any call of $name, $end: the next Init finds it done whole or not at all',
    async ({ end, operation }) => {
      const [before, after] = [
        await pictureAfter(operation, false),
        await pictureAfter(operation, true),
      ];
      for (let at = 1; ; at++) {
        await place.restart();
        const crashed = await crash(operation, at, end);
        const driver = await place.open({ profile: STRICT });
        const told = `crash at call ${at}`;
        const incomplete = ['child', 'top'].find((id) =>
          existsSync(join(place.home, id, 'incomplete')),
        );
        if (incomplete === undefined) {
          assertHomeIsSound(place.home);
          const now = await settled();
          if (JSON.stringify(now) !== JSON.stringify(before)) expect(now, told).toEqual(after);
          if (!crashed) expect(now).toEqual(after);
        } else {
          await expect(driver.get(incomplete), told).rejects.toThrow(
            `layer "${incomplete}" is incomplete: apply it again or remove it`,
          );
          await operation.run(driver);
          expect(await settled(), told).toEqual(after);
        }
        await expectUsable(driver);
        if (!crashed) break;
      }
    },
  );
});

/** The home takes another layer, mounts it and lets it go. */
async function expectUsable(driver: OverlayDriver): Promise<void> {
  await driver.create('usable', '');
  await driver.create('used', 'usable');
  await driver.get('used');
  await driver.put('used');
  await driver.remove('used');
  await driver.remove('usable');
  assertHomeIsSound(place.home);
}
