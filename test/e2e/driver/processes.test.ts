/**
 * Establishes what two processes on one home see of each other: mounts and their counts, the lock,
 * and what is left of one that is killed. The other process runs the built package.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { archiveOf } from '../../helpers/archives.js';
import { type ChildDriver, startChild } from '../../helpers/child-driver.js';
import { assertHomeIsSound } from '../../helpers/layer-invariants.js';
import { TestHome } from '../../helpers/test-home.js';
import { withMessage } from '../../helpers/with-message.js';

let place: TestHome;
let children: ChildDriver[];

beforeEach(() => {
  place = new TestHome();
  children = [];
});

afterEach(async () => {
  for (const child of children) await child.kill();
  await place.remove();
});

const at = (path: string): string => join(place.home, path);

async function start(options: object = {}): Promise<ChildDriver> {
  const child = await startChild({ home: place.home, ...options });
  children.push(child);
  return child;
}

describe.each([false, true])('two processes, strict: %s', (strict) => {
  const profile = strict ? { profile: STRICT } : {};

  it('see the layers and the mounts of each other', async () => {
    const ours = await place.open(profile);
    await ours.create('p', '');
    writeFileSync(at('p/diff/f'), 'x');
    const other = await start({ strict });
    expect(other.started).toEqual({ ok: 'ready' });

    expect(await other.call('create', 'c', 'p')).toEqual({ ok: null });
    expect(await ours.exists('c')).toBe(true);
    await ours.get('c');
    expect(await other.call('get', 'c')).toEqual({ ok: at('c/merged') });
    expect(place.mounts()).toHaveLength(1);
    // The other counts the mount that it found as one user, and its own as a second.
    await other.call('put', 'c');
    expect(place.mounts()).toHaveLength(1);
    await ours.put('c');

    expect(place.mounts()).toEqual([]);
    await ours.remove('c');
    expect(await other.call('exists', 'c')).toEqual({ ok: false });
  });

  it('a surplus Put of one takes the mount from the other', async () => {
    const ours = await place.open(profile);
    await ours.create('p', '');
    await ours.create('c', 'p');
    await ours.get('c');
    const other = await start({ strict });

    await other.call('put', 'c');

    expect(place.mounts()).toEqual([]);
    await ours.put('c');
    expect(existsSync(at('c/merged'))).toBe(false);
  });

  it('keep each other out while one holds the lock, and not after it is killed', async () => {
    const first = await start({ strict, lockWaitMs: 0 });
    expect(first.started).toEqual({ ok: 'ready' });

    await expect(place.open({ ...profile, lockWaitMs: 0 })).rejects.toThrow(
      withMessage(`flock ${place.home}: resource temporarily unavailable`),
    );
    const waiting = place.open({ ...profile, lockWaitMs: 20_000 });
    await first.kill();

    expect((await waiting).string()).toBe('overlay2');
  });
});

it('a process killed with a layer mounted leaves it to the next', async () => {
  const first = await start({ strict: true, lockWaitMs: 0 });
  await first.call('create', 'p', '');
  await first.call('create', 'c', 'p');
  await first.call('get', 'c');
  await first.kill();
  expect(place.mounts()).toHaveLength(1);

  const next = await place.open({ profile: STRICT, lockWaitMs: 0 });
  assertHomeIsSound(place.home);
  await next.put('c');

  expect(place.mounts()).toEqual([]);
});

it('a process killed in ApplyDiff leaves a layer that says so, in strict', async () => {
  const first = await start({ strict: true, lockWaitMs: 0 });
  await first.call('create', 'p', '');
  expect(await first.call('applyForever', 'p', '')).toEqual({ ok: 'applying' });
  await first.kill();
  expect(existsSync(at('p/incomplete'))).toBe(true);

  const next = await place.open({ profile: STRICT, lockWaitMs: 0 });
  await expect(next.create('c', 'p')).rejects.toThrow(
    withMessage('layer "p" is incomplete: apply it again or remove it'),
  );
  await next.applyDiff('p', '', archiveOf({ name: 'whole', content: '1' }));

  expect(readdirSync(at('p/diff'))).toEqual(['whole']);
  await next.create('c', 'p');
  assertHomeIsSound(place.home);
});
