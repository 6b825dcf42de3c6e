/**
 * Establishes what the quirks of Get, Put, Remove and Cleanup answer in each profile, on the real
 * mount table. Q-17 has its own file, test/e2e/driver/page.test.ts.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallGate } from '../../../src/adapters/faults/call-gate.js';
import type { ErrnoName } from '../../../src/domain/go/errno.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { archiveOf, collect } from '../../helpers/archives.js';
import { TestHome } from '../../helpers/test-home.js';
import { withMessage } from '../../helpers/with-message.js';

let place: TestHome;

beforeEach(() => {
  place = new TestHome();
});

afterEach(() => place.remove());

const at = (path: string): string => join(place.home, path);
const moby = (): Promise<OverlayDriver> => place.open();
const strict = (): Promise<OverlayDriver> => place.open({ profile: STRICT });

async function makePair(driver: OverlayDriver): Promise<OverlayDriver> {
  await driver.create('p', '');
  writeFileSync(at('p/diff/f'), 'below');
  await driver.create('c', 'p');
  return driver;
}

/** Lets one system call fail until the end of the test. */
function failAll(name: string, errno: ErrnoName): void {
  place.around = new CallGate((call) => (call.call === name ? { fail: errno } : 'pass')).around;
}

function stopFailing(): void {
  place.around = (_call, perform) => perform();
}

describe('Q-15', () => {
  it('Q-15 in moby-2019: Get of a base gives its diff, committed or gone', async () => {
    const driver = await makePair(await moby());
    const tree = await driver.get('p');
    expect(tree).toBe(at('p/diff'));
    writeFileSync(join(tree, 'new'), 'written into a committed layer');
    await driver.put('p');
    rmSync(tree, { recursive: true });
    expect(await driver.get('p')).toBe(tree);
    expect(place.mounts()).toEqual([]);
  });

  it('Q-15 in strict: a committed base is mounted read-only and counted', async () => {
    const driver = await strict();
    await driver.create('p', '');
    writeFileSync(at('p/diff/f'), 'below');
    expect(await driver.get('p')).toBe(at('p/diff'));
    await driver.put('p');
    await driver.create('c', 'p');
    const before = await place.dump();

    expect([await driver.get('p'), await driver.get('p')]).toEqual([
      at('p/merged'),
      at('p/merged'),
    ]);
    expect(readdirSync(at('p/merged'))).toEqual(['f']);
    expect(() => writeFileSync(at('p/merged/new'), '')).toThrow(/EROFS/);
    await driver.put('p');
    expect(place.mounts()).toHaveLength(1);
    await driver.put('p');

    expect(await place.dump()).toEqual(before);
    expect(place.mounts()).toEqual([]);
  });

  it('Q-15 in strict: a base without diff is refused', async () => {
    const driver = await makePair(await strict());
    rmSync(at('p/diff'), { recursive: true });
    await expect(driver.get('p')).rejects.toThrow(
      withMessage(`stat ${at('p/diff')}: no such file or directory`),
    );
  });
});

describe.each(['with,comma', 'with:colon', 'with\\backslash', 'a\\,b:c\\\\d'])(
  'Q-16, a home named %s',
  (name) => {
    beforeEach(async () => {
      await place.remove();
      place = new TestHome(name);
    });

    it('Q-16 in moby-2019: mounts break', async () => {
      const driver = await makePair(await moby());
      await expect(driver.get('c')).rejects.toThrow(/^error creating overlay mount to /);
      expect(place.mounts()).toEqual([]);
    });

    it.each(['mount2', 'fsopen'] as const)(
      'Q-16 in strict: mounts hold, with %s',
      async (backend) => {
        const driver = await makePair(await place.open({ profile: STRICT, backend }));
        const tree = await driver.get('c');
        expect(readFileSync(join(tree, 'f'), 'utf8')).toBe('below');
        writeFileSync(join(tree, 'new'), 'x');
        expect(readFileSync(at('c/diff/new'), 'utf8')).toBe('x');
        await driver.put('c');
        expect(existsSync(at('c/merged'))).toBe(false);
      },
    );
  },
);

describe('Q-18', () => {
  it('Q-18 in moby-2019: an empty lower mounts the home itself', async () => {
    const driver = await makePair(await moby());
    writeFileSync(at('c/lower'), '');
    expect(readdirSync(await driver.get('c')).sort()).toEqual(['c', 'l', 'p']);
    await driver.put('c');
  });

  it('Q-18 in strict: an empty lower is refused', async () => {
    const driver = await makePair(await strict());
    writeFileSync(at('c/lower'), '');
    await expect(driver.get('c')).rejects.toThrow(
      withMessage('layer "c": lower entry "" is not a link'),
    );
    writeFileSync(at('c/lower'), '../p/diff');
    await expect(driver.get('c')).rejects.toThrow(
      withMessage('layer "c": lower entry "../p/diff" is not a link'),
    );
    expect(existsSync(at('c/merged'))).toBe(false);
  });
});

describe('Q-19', () => {
  it('Q-19 in moby-2019: Put says that all is well', async () => {
    const driver = await makePair(await moby());
    await driver.get('c');
    failAll('umount', 'EBUSY');
    await driver.put('c');
    expect(place.mounts()).toHaveLength(1);
    expect(place.logs).toContainEqual({
      level: 'debug',
      message: `Failed to unmount c overlay: ${at('c/merged')} - device or resource busy`,
    });
  });

  it('Q-19 in strict: Put tells what failed, and the user stays counted', async () => {
    const driver = await makePair(await strict());
    await driver.get('c');
    failAll('umount', 'EBUSY');
    await expect(driver.put('c')).rejects.toThrow(
      withMessage(`error unmounting ${at('c/merged')}: device or resource busy`),
    );
    failAll('rmdir', 'EIO');
    await expect(driver.put('c')).rejects.toThrow(
      withMessage(`rmdir ${at('c/merged')}: input/output error`),
    );
    stopFailing();
    await driver.put('c');
    expect([place.mounts(), existsSync(at('c/merged'))]).toEqual([[], false]);
  });

  it('Q-19 in strict: what is not mounted is no failure', async () => {
    const driver = await makePair(await strict());
    await driver.put('c');
    await driver.get('c');
    spawnSync('umount', [at('c/merged')]);
    await driver.put('c');
    expect(existsSync(at('c/merged'))).toBe(false);
  });
});

describe('Q-20', () => {
  async function removeWhileCounted(driver: OverlayDriver): Promise<string> {
    await makePair(driver);
    await driver.get('c');
    await driver.remove('c');
    await driver.create('c', 'p');
    return driver.get('c');
  }

  it('Q-20 in moby-2019: a layer made again under a counted id is not mounted', async () => {
    const tree = await removeWhileCounted(await moby());
    expect([tree, existsSync(tree), place.mounts()]).toEqual([at('c/merged'), false, []]);
  });

  it('Q-20 in strict: it is mounted, and so is what others unmounted', async () => {
    const driver = await strict();
    const tree = await removeWhileCounted(driver);
    expect(readdirSync(tree)).toEqual(['f']);
    spawnSync('umount', [tree]);
    await driver.get('c');
    expect(readdirSync(tree)).toEqual(['f']);
    await driver.cleanup();
    await driver.get('c');
    expect(readdirSync(tree)).toEqual(['f']);
    await driver.put('c');
    expect(place.mounts()).toEqual([]);
  });

  it('Q-20 in moby-2019: Cleanup leaves the counts', async () => {
    const driver = await makePair(await moby());
    await driver.get('c');
    await driver.cleanup();
    await driver.get('c');
    expect(place.mounts()).toEqual([]);
  });
});

describe('Q-21', () => {
  async function removeLying(driver: OverlayDriver, link: string): Promise<void> {
    await driver.create('a', '');
    await driver.create('b', '');
    writeFileSync(at('a/link'), link);
    await driver.remove('a');
  }

  it('Q-21 in moby-2019: Remove deletes whatever link names', async () => {
    const driver = await moby();
    await removeLying(driver, '../b');
    expect(await driver.exists('b')).toBe(false);
    await removeLying(driver, '.');
    expect(existsSync(at('l'))).toBe(false);
  });

  it('Q-21 in strict: only a link of the layer itself is deleted', async () => {
    const driver = await strict();
    await removeLying(driver, '../b');
    expect([await driver.exists('a'), await driver.exists('b')]).toEqual([false, true]);
    const link = place.text('b/link');
    await driver.create('c', '');
    writeFileSync(at('c/link'), link);
    await driver.remove('c');
    expect(readdirSync(at('l'))).toContain(link);
    await driver.create('d', '');
    writeFileSync(at('d/link'), '.');
    await driver.remove('d');
    expect([await driver.exists('d'), existsSync(at('l'))]).toEqual([false, true]);
  });
});

describe('Q-22', () => {
  async function removeNeighbour(driver: OverlayDriver): Promise<readonly string[]> {
    await driver.create('base', '');
    for (const id of ['q', 'q2', 'q-init']) {
      await driver.create(id, 'base');
      await driver.get(id);
    }
    await driver.remove('q');
    return place.mounts().map((mount) => mount.at);
  }

  it('Q-22 in moby-2019: removing q unmounts q2 and q-init', async () => {
    expect(await removeNeighbour(await moby())).toEqual([]);
  });

  it('Q-22 in strict: removing q unmounts what is in q', async () => {
    expect(await removeNeighbour(await strict())).toEqual(['q2/merged', 'q-init/merged']);
  });
});

describe('Q-23', () => {
  it('Q-23 in moby-2019: an unknown id is an empty base, and ApplyDiff makes it', async () => {
    const driver = await moby();
    expect(await collect(await driver.diff('x', ''))).toEqual(Buffer.alloc(1024));
    await expect(driver.diffSize('x', '')).rejects.toThrow(
      withMessage(`lstat ${at('x/diff')}: no such file or directory`),
    );
    await driver.applyDiff('x', '', archiveOf({ name: 'f', content: '1' }));
    expect(await place.picture('x')).toEqual([
      'dir 0755 0:0 x',
      'dir 0755 0:0 x/diff',
      'reg 0644 0:0 x/diff/f = 1',
    ]);
  });

  it('Q-23 in strict: an unknown id fails', async () => {
    const driver = await strict();
    const refused = withMessage(`stat ${at('x')}: no such file or directory`);
    await expect(driver.diff('x', '')).rejects.toThrow(refused);
    await expect(driver.diffSize('x', '')).rejects.toThrow(refused);
    await expect(driver.changes('x', '')).rejects.toThrow(refused);
    await expect(driver.applyDiff('x', '', archiveOf({ name: 'f' }))).rejects.toThrow(refused);
    expect(existsSync(at('x'))).toBe(false);
  });
});

describe('Q-24', () => {
  /** Applies a whiteout in a process that found that only naive diffs are right. */
  async function applyWhereNaive(driver: OverlayDriver): Promise<readonly string[]> {
    await makePair(driver);
    mkdirSync(at('c/diff/d'));
    await driver.applyDiff('c', 'p', archiveOf({ name: 'd/g', content: 'x' }));
    return place.logs.map(({ message }) => message);
  }

  it('Q-24 in moby-2019: ApplyDiff writes into diff all the same', async () => {
    const process = { ...PROBED_NAIVE };
    const logs = await applyWhereNaive(await place.open({ process }));
    expect(logs).toContain(`Applying tar in ${at('c/diff')}`);
    expect(logs).not.toContain('Start untar layer');
  });

  it('Q-24 in strict: ApplyDiff goes through the mount', async () => {
    const driver = await place.open({
      profile: STRICT,
      decorate: (ports) => ({
        ...ports,
        fs: new Proxy(ports.fs, {
          get: (fs, name, receiver): unknown => {
            const value: unknown = Reflect.get(fs, name, receiver);
            if (typeof value !== 'function') return value;
            // A kernel that copied the opaque mark up, as before 4.8.
            if (name === 'getxattr') return async () => Uint8Array.of('y'.charCodeAt(0));
            return value.bind(fs);
          },
        }),
      }),
    });
    const logs = await applyWhereNaive(driver);
    expect(logs).toContain('Start untar layer');
    expect(logs).not.toContain(`Applying tar in ${at('c/diff')}`);
    expect(readFileSync(at('c/diff/d/g'), 'utf8')).toBe('x');
    expect(place.mounts()).toEqual([]);
  });
});

const PROBED_NAIVE = {
  backingFs: 'extfs',
  projectQuotaSupported: false,
  indexOff: true,
  naiveDiffOnly: true,
};
