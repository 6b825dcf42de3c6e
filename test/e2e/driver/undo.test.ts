/**
 * Establishes what is left when a call of the driver fails: every mutating system call is made to
 * fail in turn, on the real kernel. In strict the tree is bit for bit what it was and the call then
 * succeeds; in moby-2019 there is left what the reference says.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallGate, failAt } from '../../../src/adapters/faults/call-gate.js';
import { CallTrace, type TracedCall } from '../../../src/adapters/faults/call-trace.js';
import { mutatingOnly } from '../../../src/adapters/faults/port-call.js';
import { GraphDriverError } from '../../../src/domain/errors.js';
import type { ErrnoName } from '../../../src/domain/go/errno.js';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { Profile } from '../../../src/domain/profiles/profile.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { mixedArchive, type Operation, OPERATIONS } from '../../helpers/driver-operations.js';
import { TestHome } from '../../helpers/test-home.js';

const ERRNOS = ['ENOSPC', 'EBUSY'] as const;
const passThrough: TestHome['around'] = (_call, perform) => perform();

let place: TestHome;

beforeEach(() => {
  place = new TestHome();
});

afterEach(() => place.remove());

interface Attempt {
  readonly driver: OverlayDriver;
  readonly before: readonly string[];
  /** The mutating calls, the failed one last or followed by the undo. */
  readonly calls: readonly TracedCall[];
  readonly failed: TracedCall;
  readonly error: unknown;
}

/** Fails call after call and looks at each outcome; ends when there is no further call. */
async function failEach(
  profile: Profile,
  operation: Operation,
  errno: ErrnoName,
  look: (attempt: Attempt) => Promise<'as before' | 'changed'>,
): Promise<number> {
  let driver: OverlayDriver | undefined;
  let before: readonly string[] = [];
  for (let number = 1; ; number++) {
    if (driver === undefined) {
      await place.restart();
      driver = await place.open({ profile });
      await operation.prepare(driver, place.home);
      before = await place.settled();
    }
    const trace = new CallTrace(mutatingOnly);
    const gate = new CallGate(failAt(number, errno), mutatingOnly);
    place.around = (call, perform) => trace.around(call, () => gate.around(call, perform));
    const error = await operation.run(driver).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    place.around = passThrough;
    const failed = trace.calls[number - 1];
    if (failed === undefined) {
      expect(error).toBeUndefined();
      return number - 1;
    }
    if (error !== undefined) expect(error).toBeInstanceOf(GraphDriverError);
    const attempt = { driver, before, calls: trace.calls, failed, error };
    if ((await look(attempt)) === 'changed') driver = undefined;
  }
}

const told = ({ failed }: Attempt): string =>
  `call ${failed.number}, ${failed.call} ${failed.subject} ${JSON.stringify(failed.args)}`;

describe.each(ERRNOS)('in strict, %s at any call', (errno) => {
  const { put, remove, removeMounted, ...undone } = OPERATIONS;

  it.each(Object.values(undone))('$name changes nothing', async (operation) => {
    const count = await failEach(STRICT, operation, errno, async (attempt) => {
      if (attempt.error === undefined) return 'changed';
      expect(await place.settled(), told(attempt)).toEqual(attempt.before);
      expect(place.mounts().map((mount) => mount.at)).toEqual([]);
      return 'as before';
    });

    expect(count).toBeGreaterThan(0);
  });

  it('a put that fails can be made again and ends unmounted', async () => {
    await failEach(STRICT, put as Operation, errno, async ({ driver, error }) => {
      expect(error).toBeDefined();
      await driver.put('child');
      expect(place.mounts()).toEqual([]);
      expect(existsSync(join(place.home, 'child/merged'))).toBe(false);
      return 'changed';
    });
  });

  it.each([remove, removeMounted] as Operation[])(
    '$name leaves the layer whole or gone, and the next Init takes the rest',
    async (operation) => {
      await failEach(STRICT, operation, errno, async (attempt) => {
        const { driver, before, error } = attempt;
        const whole = await driver.exists('child');
        if (whole) expect(await place.settled(), told(attempt)).toEqual(before);
        else if (error === undefined) await expectGone();
        await place.endProcess();
        const next = await place.open({ profile: STRICT });
        await next.remove('child');
        await expectGone();
        return 'changed';
      });
    },
  );
});

/** Nothing of the removed layer is anywhere. */
async function expectGone(): Promise<void> {
  expect(readdirSync(place.home).sort()).toEqual(['base', 'l']);
  expect(readdirSync(join(place.home, 'l'))).toEqual([place.text('base/link')]);
  expect(place.mounts()).toEqual([]);
}

describe('in strict, a layer that already holds something', () => {
  it('is incomplete after a failed ApplyDiff and mended by another', async () => {
    const driver = await place.open({ profile: STRICT });
    await driver.create('base', '');
    await driver.applyDiff('base', '', mixedArchive());
    const broken = new CallGate(
      (call) => (call.call === 'symlinkat' ? { fail: 'ENOSPC' } : 'pass'),
      mutatingOnly,
    );
    place.around = broken.around;
    await expect(driver.applyDiff('base', '', mixedArchive())).rejects.toThrow(
      /no space left on device/,
    );
    place.around = passThrough;

    const refusal = 'layer "base" is incomplete: apply it again or remove it';
    await expect(driver.get('base')).rejects.toThrow(refusal);
    await expect(driver.diff('base', '')).rejects.toThrow(refusal);
    await expect(driver.diffSize('base', '')).rejects.toThrow(refusal);
    await expect(driver.changes('base', '')).rejects.toThrow(refusal);
    await expect(driver.create('child', 'base')).rejects.toThrow(refusal);
    await driver.applyDiff('base', '', mixedArchive());
    await driver.create('child', 'base');

    expect(await driver.diffSize('base', '')).toBe(8n);
  });
});

describe.each(ERRNOS)('in moby-2019, %s at any call', (errno) => {
  /** Which of the calls made before the failure match. */
  const done = ({ calls, failed }: Attempt, call: string, end: string): boolean =>
    calls.some(
      (made) =>
        made.number < failed.number &&
        made.call === call &&
        made.args.some((argument) => typeof argument === 'string' && argument.includes(end)),
    );

  it('Q-06, Q-09: a create takes back its directory, not symlink and committed', async () => {
    const operation = OPERATIONS['createChild'] as Operation;
    const count = await failEach(MOBY_2019, operation, errno, async (attempt) => {
      if (attempt.error === undefined) return 'changed';
      expect(existsSync(join(place.home, 'new')), told(attempt)).toBe(
        // Before anything else is there, moby has nothing to take back.
        done(attempt, 'mkdir', '/new') && attempt.failed.number === 1,
      );
      const links = readdirSync(join(place.home, 'l'));
      const committed = existsSync(join(place.home, 'base/committed'));
      expect(links.length === 2, told(attempt)).toBe(done(attempt, 'symlink', '../new/diff'));
      expect(committed, told(attempt)).toBe(done(attempt, 'open', 'base/committed'));
      return 'changed';
    });

    expect(count).toBeGreaterThanOrEqual(8);
  });

  it('a failed get leaves nothing mounted, no mount point and no count', async () => {
    const operation = OPERATIONS['getWritable'] as Operation;
    await failEach(MOBY_2019, operation, errno, async (attempt) => {
      if (attempt.error === undefined) return 'changed';
      expect(await place.settled(), told(attempt)).toEqual(attempt.before);
      expect(place.mounts()).toEqual([]);
      return 'as before';
    });
  });

  it('Q-19: a put succeeds whatever fails', async () => {
    const operation = OPERATIONS['put'] as Operation;
    const count = await failEach(MOBY_2019, operation, errno, async ({ error, failed }) => {
      expect(error).toBeUndefined();
      expect(place.mounts()).toHaveLength(failed.call === 'umount' ? 1 : 0);
      expect(existsSync(join(place.home, 'child/merged'))).toBe(true);
      return 'changed';
    });

    expect(count).toBe(2);
  });

  it('a failed ApplyDiff leaves the entries before the failure', async () => {
    const operation = OPERATIONS['applyNative'] as Operation;
    await failEach(MOBY_2019, operation, errno, async (attempt) => {
      const left = existsSync(join(place.home, 'child/diff/d'));
      expect(left, told(attempt)).toBe(done(attempt, 'mkdirat', 'd'));
      expect(existsSync(join(place.home, 'child/incomplete'))).toBe(false);
      return 'changed';
    });
  });
});
