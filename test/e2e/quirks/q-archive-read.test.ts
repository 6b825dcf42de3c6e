/**
 * Establishes what the quirks of reading archives answer in each profile, on real
 * files and mounts. Archives are made and read by tar-stream.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import type { Profile } from '../../../src/domain/profiles/profile.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { archiveOf, type NewEntry } from '../../helpers/archives.js';
import type { OpenOptions } from '../../helpers/test-home.js';
import { applyToChild, MAPPED, useQuirkHome } from '../../helpers/quirk-home.js';

const quirkHome = useQuirkHome();
const { at, open } = quirkHome;

/** Applies through the mount: `x` is not the child's parent. */
function applyNaively(driver: OverlayDriver, ...entries: readonly NewEntry[]): Promise<bigint> {
  return driver.applyDiff('c', 'x', archiveOf(...entries));
}

/** The child's own files, without what the kernel adds. */
async function childFiles(): Promise<readonly string[]> {
  const lines = await quirkHome.place.dump('c/diff');
  return lines.slice(1).map((line) => line.replace('c/diff/', '').replace(/ \{.*\}$/, ''));
}

describe('Q-27', () => {
  it('Q-27 in moby-2019: parents that the naive unpacker implies are 0600 0:0', async () => {
    const driver = await open(MOBY_2019, MAPPED);
    await applyNaively(driver, { name: 'd/e/g', content: '1' });
    expect(await childFiles()).toEqual([
      'dir 0600 0:0 d',
      'dir 0600 0:0 d/e',
      'reg 0644 100000:100000 d/e/g = 1',
    ]);
  });

  it('Q-27 in strict: they are as those of the native unpacker', async () => {
    const driver = await open(STRICT, MAPPED);
    await applyNaively(driver, { name: 'd/e/g', content: '1' });
    expect(await childFiles()).toEqual([
      'dir 0755 100000:100000 d',
      'dir 0755 100000:100000 d/e',
      'reg 0644 100000:100000 d/e/g = 1',
    ]);
  });
});

describe('Q-28', () => {
  it('Q-28 in moby-2019: aufs metadata is a whiteout', async () => {
    const driver = await open(MOBY_2019);
    await applyToChild(driver, { name: '.wh..wh.aufs' }, { name: 'g', content: '1' });
    expect(await childFiles()).toEqual(['chr 0000 0:0 .wh.aufs dev 0:0', 'reg 0644 0:0 g = 1']);
  });

  it('Q-28 in strict: aufs metadata is skipped, and a hard link into it refused', async () => {
    const driver = await open(STRICT);
    await applyToChild(driver, { name: '.wh..wh.aufs' }, { name: 'g', content: '1' });
    expect(await childFiles()).toEqual(['reg 0644 0:0 g = 1']);
    await driver.create('c2', 'p');
    const link: NewEntry = { name: 'h', type: 'link', linkname: '.wh..wh.plnk/1.2' };
    await expect(driver.applyDiff('c2', 'p', archiveOf(link))).rejects.toThrow(
      'Invalid aufs hardlink',
    );
  });
});

describe('Q-36', () => {
  async function seen(profile: Profile): Promise<readonly string[]> {
    const driver = await open(profile);
    writeFileSync(at('p/diff/kept'), 'old');
    await applyToChild(driver, { name: '.wh..wh..opq' }, { name: 'kept', content: 'new' });
    const names = readdirSync(await driver.get('c'));
    await driver.put('c');
    return names.sort();
  }

  it('Q-36 in moby-2019: a root opaque mark hides nothing', async () => {
    expect(await seen(MOBY_2019)).toEqual(['f', 'kept']);
  });

  it('Q-36 in strict: it hides what the archive does not bring', async () => {
    expect(await seen(STRICT)).toEqual(['kept']);
    expect(await childFiles()).toEqual(['chr 0000 0:0 f dev 0:0', 'reg 0644 0:0 kept = new']);
  });

  it('Q-36 in strict: the root keeps the time that the archive gives it', async () => {
    const driver = await open(STRICT);
    const mtime = new Date(1_400_000_000_000);
    await applyToChild(driver, { name: '.wh..wh..opq' }, { name: './', type: 'directory', mtime });

    expect(statSync(at('c/diff')).mtime).toEqual(mtime);
  });
});

describe('Q-37', () => {
  it('Q-37 in moby-2019: a native whiteout does not replace what is there', async () => {
    const driver = await open(MOBY_2019);
    await expect(
      applyToChild(driver, { name: 'f', content: '1' }, { name: '.wh.f' }),
    ).rejects.toThrow(/file exists/);
  });

  it('Q-37 in strict: it does', async () => {
    const driver = await open(STRICT);
    await applyToChild(
      driver,
      { name: 'f', content: '1' },
      { name: '.wh.f' },
      { name: '.wh.f' },
      { name: 'd/g', content: '1' },
      { name: '.wh.d' },
    );
    expect(await childFiles()).toEqual(['chr 0000 0:0 d dev 0:0', 'chr 0000 0:0 f dev 0:0']);
  });
});

describe('Q-38', () => {
  it('Q-38 in moby-2019: a whiteout of no name hits the directory', async () => {
    const driver = await open(MOBY_2019);
    await expect(
      applyToChild(driver, { name: 'd/', type: 'directory' }, { name: 'd/.wh.' }),
    ).rejects.toThrow(/file exists/);
    await driver.create('c2', 'p');
    const tree = await driver.get('c2');
    mkdirSync(join(tree, 'd'));
    writeFileSync(join(tree, 'd/g'), '');
    await driver.applyDiff('c2', 'x', archiveOf({ name: 'd/.wh.' }));
    expect(existsSync(join(tree, 'd'))).toBe(false);
  });

  it.each(['d/.wh.', 'd/.wh..', 'd/.wh...'])('Q-38 in strict: %s is refused', async (name) => {
    const driver = await open(STRICT);
    const before = await childFiles();
    for (const into of [applyToChild, applyNaively]) {
      await expect(into(driver, { name: 'd/', type: 'directory' }, { name })).rejects.toThrow(
        `invalid whiteout name "${name.slice(2)}"`,
      );
      expect(await childFiles()).toEqual(before);
    }
  });
});

describe('Q-39', () => {
  const inUserNamespace: OpenOptions = {
    decorate: (ports) => ({
      ...ports,
      kernel: new Proxy(ports.kernel, {
        get: (kernel, name, receiver): unknown => {
          if (name === 'uidMap') return async () => '         0       1000          1\n';
          const value: unknown = Reflect.get(kernel, name, receiver);
          return typeof value === 'function' ? value.bind(kernel) : value;
        },
      }),
    }),
  };

  it('Q-39 in moby-2019: a fifo in a user namespace is not made, and chown fails', async () => {
    const driver = await open(MOBY_2019, inUserNamespace);
    await expect(applyToChild(driver, { name: 'q', type: 'fifo' })).rejects.toThrow(
      'lchown /q: no such file or directory',
    );
  });

  it('Q-39 in strict: it is made', async () => {
    const driver = await open(STRICT, inUserNamespace);
    await applyToChild(driver, { name: 'q', type: 'fifo' });
    expect(lstatSync(at('c/diff/q')).isFIFO()).toBe(true);
  });
});

describe('Q-40', () => {
  async function planted(profile: Profile): Promise<string | undefined> {
    const driver = await open(profile);
    const pax = {
      'SCHILY.xattr.trusted.overlay.redirect': '/elsewhere',
      'SCHILY.xattr.user.kept': '1',
    };
    await applyToChild(driver, { name: 'd/', type: 'directory', pax });
    return (await quirkHome.place.dump('c/diff/d'))[0]?.replace(/^.*\{/, '{');
  }

  it('Q-40 in moby-2019: an archive may plant attributes of the overlay', async () => {
    expect(await planted(MOBY_2019)).toBe('{trusted.overlay.redirect=/elsewhere, user.kept=1}');
  });

  it('Q-40 in strict: they are dropped with a warning', async () => {
    expect(await planted(STRICT)).toBe('{user.kept=1}');
    const warnings = quirkHome.place.logs.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message).join()).toContain('trusted.overlay.redirect');
  });
});

describe('Q-41', () => {
  async function accessTime(profile: Profile): Promise<number> {
    const driver = await open(profile);
    await applyToChild(driver, { name: 'd/', type: 'directory' });
    return lstatSync(at('c/diff/d')).atimeMs;
  }

  it('Q-41 in moby-2019: a directory without access time gets 1970', async () => {
    expect(await accessTime(MOBY_2019)).toBe(0);
  });

  it('Q-41 in strict: it gets its modification time', async () => {
    expect(await accessTime(STRICT)).toBe(1_500_000_000_000);
  });
});
