/**
 * Establishes what the quirks of Init, of ids and of what is shared by the drivers of a process
 * answer in each profile. Magics and quotas that this machine lacks are scripted.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { Ports } from '../../../src/driver/context.js';
import { createProcessState } from '../../../src/driver/process-state.js';
import { mountFresh } from '../../helpers/loop-device.js';
import { ScriptedQuota } from '../../helpers/scripted-quota.js';
import { type OpenOptions, TestHome } from '../../helpers/test-home.js';
import { withMessage } from '../../helpers/with-message.js';

const XFS = 0x58465342;
const UNKNOWN = 0x12345678;
const NO_QUOTA = "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";

let place: TestHome;

beforeEach(() => {
  place = new TestHome();
});

afterEach(() => place.remove());

/** Lets the home's file system have another magic number; what overlays say stays. */
function withMagic(type: number, quota = new ScriptedQuota()): (ports: Ports) => Ports {
  return (ports) => ({
    ...ports,
    quota,
    fs: new Proxy(ports.fs, {
      get: (fs, name, receiver): unknown => {
        if (name !== 'statfs') {
          const value: unknown = Reflect.get(fs, name, receiver);
          return typeof value === 'function' ? value.bind(fs) : value;
        }
        return async (path: string) => {
          const real = await fs.statfs(path);
          return real.type === 0x794c7630 ? real : { type };
        };
      },
    }),
  });
}

const home = (name: string): string => join(place.scratch, name);

describe('Q-01', () => {
  it('Q-01 in moby-2019: an unknown file system has the name of the last home', async () => {
    const process = createProcessState();
    await place.open({ process });
    const driver = await place.open({ process, home: home('b'), decorate: withMagic(UNKNOWN) });

    expect((await driver.status())[0]).toEqual(['Backing Filesystem', 'extfs']);
  });

  it('Q-01 in strict: an unknown file system is unknown', async () => {
    const process = createProcessState();
    await place.open({ process, profile: STRICT });
    const driver = await place.open({
      process,
      profile: STRICT,
      home: home('b'),
      decorate: withMagic(UNKNOWN),
    });

    expect((await driver.status())[0]).toEqual(['Backing Filesystem', '<unknown>']);
  });
});

describe('Q-02', () => {
  it('Q-02 in moby-2019: a home without quota passes the check and crashes', async () => {
    const process = createProcessState();
    await place.open({ process, decorate: withMagic(XFS) });
    const driver = await place.open({ process, home: home('b') });

    await expect(
      driver.createReadWrite('a', '', { storageOpt: new Map([['size', '1G']]) }),
    ).rejects.toThrow('runtime error: invalid memory address or nil pointer dereference');
    expect(existsSync(join(home('b'), 'a'))).toBe(true);
  });

  it('Q-02 in strict: each home answers for itself', async () => {
    const process = createProcessState();
    await place.open({ process, profile: STRICT, decorate: withMagic(XFS) });
    const driver = await place.open({ process, profile: STRICT, home: home('b') });

    await expect(
      driver.createReadWrite('a', '', { storageOpt: new Map([['size', '1G']]) }),
    ).rejects.toThrow(withMessage(NO_QUOTA));
    expect(existsSync(join(home('b'), 'a'))).toBe(false);
  });
});

describe('Q-03', () => {
  it('Q-03 in moby-2019: an empty id map maps nothing', async () => {
    await expect(place.open({ uidMaps: [], gidMaps: [] })).rejects.toThrow(
      withMessage('Container ID 0 cannot be mapped to a host ID'),
    );
    expect(existsSync(place.home)).toBe(false);
  });

  it('Q-03 in strict: an empty id map is no map', async () => {
    const driver = await place.open({ profile: STRICT, uidMaps: [], gidMaps: [] });
    await driver.create('a', '');
    expect(await place.picture('a/diff')).toEqual(['dir 0755 0:0 a/diff']);
  });
});

describe('Q-04', () => {
  it('Q-04 in moby-2019: the empty id exists, and a file too', async () => {
    const driver = await place.open();
    writeFileSync(join(place.home, 'file'), '');
    expect([await driver.exists(''), await driver.exists('file')]).toEqual([true, true]);
    expect(await driver.exists('none')).toBe(false);
  });

  it('Q-04 in strict: only a directory with a valid id exists', async () => {
    const driver = await place.open({ profile: STRICT });
    writeFileSync(join(place.home, 'file'), '');
    await driver.create('a', '');
    const asked = ['', '.', 'l', 'file', 'none', 'a/diff', 'a'];
    const answers = await Promise.all(asked.map((id) => driver.exists(id)));
    expect(answers).toEqual([false, false, false, false, false, false, true]);
  });
});

describe('Q-10', () => {
  it('Q-10 in moby-2019: ids leave the home, and the empty one fills it', async () => {
    const driver = await place.open();
    await driver.create('../outside', '');
    await driver.create('', '');
    expect(existsSync(join(place.scratch, 'outside/diff'))).toBe(true);
    expect(existsSync(join(place.home, 'diff'))).toBe(true);
  });

  it('Q-10 in strict: every method refuses what is no path component', async () => {
    const driver = await place.open({ profile: STRICT });
    await driver.create('known', '');
    const before = await place.dump();
    const reasons: readonly (readonly [string, string])[] = [
      ['../x', 'invalid layer id "../x": it contains a slash'],
      ['..', 'invalid layer id "..": it names a directory by its place'],
      ['l', 'invalid layer id "l": the driver uses this name itself'],
      ['a\0b', 'invalid layer id "a\\x00b": it contains a NUL byte'],
      [
        '.remove-x',
        'invalid layer id ".remove-x": the driver uses names beginning with .remove- itself',
      ],
    ];
    for (const [id, text] of reasons) {
      const refused = withMessage(text);
      await expect(driver.create(id, '')).rejects.toThrow(refused);
      await expect(driver.create('ok', id)).rejects.toThrow(refused);
      await expect(driver.createReadWrite(id, '')).rejects.toThrow(refused);
      await expect(driver.get(id)).rejects.toThrow(refused);
      await expect(driver.put(id)).rejects.toThrow(refused);
      await expect(driver.remove(id)).rejects.toThrow(refused);
      await expect(driver.diff(id, '')).rejects.toThrow(refused);
      await expect(driver.diffSize(id, '')).rejects.toThrow(refused);
      await expect(driver.changes(id, '')).rejects.toThrow(refused);
      await expect(driver.applyDiff(id, '', undefined)).rejects.toThrow(refused);
      await expect(driver.getMetadata(id)).rejects.toThrow(refused);
      await expect(driver.diff('known', id)).rejects.toThrow(refused);
      await expect(driver.diffSize('known', id)).rejects.toThrow(refused);
      await expect(driver.changes('known', id)).rejects.toThrow(refused);
      await expect(driver.applyDiff('known', id, undefined)).rejects.toThrow(refused);
    }
    await expect(driver.create('x'.repeat(256), '')).rejects.toThrow('it is longer than 255 bytes');
    expect(await place.dump()).toEqual(before);
    await driver.create('x'.repeat(255), '');
  });
});

describe('Q-25', () => {
  it('Q-25 in moby-2019: the probe runs once for all homes of a process', async () => {
    const process = createProcessState();
    const first = await place.open({ process });
    expect((await first.status())[2]).toEqual(['Native Overlay Diff', 'true']);
    const second = await place.open({ process, home: home('b') });
    // What the first probe found is all that is looked at.
    process.naiveDiffOnly = true;

    expect((await second.status())[2]).toEqual(['Native Overlay Diff', 'false']);
  });

  it('Q-25 in strict: each driver asks for itself', async () => {
    const process = createProcessState();
    process.naiveDiffOnly = true;
    const driver = await place.open({ process, profile: STRICT });

    expect((await driver.status())[2]).toEqual(['Native Overlay Diff', 'true']);
  });
});

describe('Q-50', () => {
  /** A home on a real xfs whose kernel or mount has no project quota. */
  async function openOnXfs(options: OpenOptions): Promise<readonly string[]> {
    const reason = mountFresh('xfs', home('xfs'));
    expect(reason).toBeUndefined();
    await place.open({ ...options, home: home('xfs/home') });
    return readdirSync(home('xfs/home')).sort();
  }

  it('Q-50 in moby-2019: the probe leaves its device node', async () => {
    expect(await openOnXfs({})).toEqual(['backingFsBlockDev', 'l']);
  });

  it('Q-50 in strict: the device node is removed', async () => {
    expect(await openOnXfs({ profile: STRICT })).toEqual(['l']);
  });
});
