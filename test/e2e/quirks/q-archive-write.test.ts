/**
 * Establishes what the quirks of writing archives and of comparing trees answer in each profile,
 * on real files and mounts. Archives are made and read by tar-stream.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import type { Profile } from '../../../src/domain/profiles/profile.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { encodeUtf8 } from '../../../src/domain/utf8.js';
import { collect, entriesOf, namesOf } from '../../helpers/archives.js';
import { mountFresh } from '../../helpers/loop-device.js';
import { applyToChild, MAPPED, useQuirkHome } from '../../helpers/quirk-home.js';

const quirkHome = useQuirkHome();
const { at, open } = quirkHome;

describe('Q-26', () => {
  it('Q-26 in moby-2019: a naive Diff against no parent has host ids', async () => {
    const driver = await open(MOBY_2019, MAPPED);
    chownSync(at('p/diff/f'), 100_005, 100_006);
    const [entry] = await entriesOf(await driver.diff('c', ''));
    expect(entry).toMatchObject({ name: 'f', uid: 100_005, gid: 100_006 });
  });

  it('Q-26 in strict: ids are mapped back', async () => {
    const driver = await open(STRICT, MAPPED);
    chownSync(at('p/diff/f'), 100_005, 100_006);
    const [entry] = await entriesOf(await driver.diff('c', ''));
    expect(entry).toMatchObject({ name: 'f', uid: 5, gid: 6 });
    chownSync(at('p/diff/f'), 7, 7);
    await expect(driver.diff('c', '').then(collect)).rejects.toThrow(
      'Host ID 7 cannot be mapped to a container ID',
    );
    expect(quirkHome.place.mounts()).toEqual([]);
  });
});

describe('Q-29', () => {
  it("Q-29 in moby-2019: the root's own metadata is neither exported nor applied", async () => {
    const driver = await open(MOBY_2019);
    chmodSync(at('c/diff'), 0o700);
    expect(await namesOf(await driver.diff('c', 'p'))).toEqual([]);
    chmodSync(at('c/diff'), 0o755);
    await applyToChild(driver, { name: './', type: 'directory', mode: 0o711, uid: 4 });
    expect(lstatSync(at('c/diff')).mode & 0o7777).toBe(0o755);
  });

  it('Q-29 in strict: both', async () => {
    const driver = await open(STRICT);
    expect(await namesOf(await driver.diff('c', 'p'))).toEqual([]);
    chmodSync(at('c/diff'), 0o700);
    expect(await entriesOf(await driver.diff('c', 'p'))).toMatchObject([
      { name: './', type: 'directory', mode: 0o040700 },
    ]);
    await applyToChild(driver, { name: './', type: 'directory', mode: 0o711, uid: 4 });
    expect(lstatSync(at('c/diff'))).toMatchObject({ mode: 0o040711, uid: 4 });
  });
});

describe('Q-30', () => {
  async function withStranger(profile: Profile): Promise<OverlayDriver> {
    const driver = await open(profile, MAPPED);
    for (const name of ['a', 'b', 'z']) writeFileSync(at(`c/diff/${name}`), name);
    for (const name of ['a', 'z']) chownSync(at(`c/diff/${name}`), 100_000, 100_000);
    return driver;
  }

  it('Q-30 in moby-2019: what fails is left out', async () => {
    const driver = await withStranger(MOBY_2019);
    expect(await namesOf(await driver.diff('c', 'p'))).toEqual(['a', 'z']);
  });

  it('Q-30 in strict: what fails fails the stream', async () => {
    const driver = await withStranger(STRICT);
    await expect(driver.diff('c', 'p').then(collect)).rejects.toThrow(
      'Host ID 0 cannot be mapped to a container ID',
    );
  });

  async function withShrinking(profile: Profile): Promise<OverlayDriver> {
    const driver = await open(profile);
    writeFileSync(at('c/diff/a'), 'a');
    writeFileSync(at('c/diff/shrinks'), '12345');
    quirkHome.place.around = async (call, perform) =>
      call.call === 'read' && call.subject.endsWith('/shrinks') ? 0 : perform();
    return driver;
  }

  it('Q-30 in moby-2019: a file that shrinks ends the stream without an error', async () => {
    const driver = await withShrinking(MOBY_2019);
    const bytes = await collect(await driver.diff('c', 'p'));
    expect(bytes.length % 512).toBe(0);
    expect(bytes.subarray(-1024).every((byte) => byte === 0)).toBe(false);
  });

  it('Q-30 in strict: a file that shrinks fails the stream', async () => {
    const driver = await withShrinking(STRICT);
    await expect(driver.diff('c', 'p').then(collect)).rejects.toThrow(
      'archive/tar: missed writing 5 bytes',
    );
  });
});

describe('Q-31', () => {
  async function exported(profile: Profile): Promise<readonly string[]> {
    await open(profile);
    const { driver, ports } = await quirkHome.place.compose({ profile });
    writeFileSync(at('c/diff/g'), '');
    const path = at('c/diff/g');
    await ports.fs.setxattr(path, 'user.one', encodeUtf8('1'));
    await ports.fs.setxattr(path, 'trusted.two', encodeUtf8('2'));
    await ports.fs.setxattr(path, 'trusted.overlay.redirect', encodeUtf8('/x'));
    const [entry] = await entriesOf(await driver.diff('c', 'p'));
    return Object.keys(entry?.pax ?? {}).sort();
  }

  it('Q-31 in moby-2019: only security.capability is exported', async () => {
    expect(await exported(MOBY_2019)).toEqual([]);
  });

  it("Q-31 in strict: attributes are, the overlay's own ones are not", async () => {
    expect(await exported(STRICT)).toEqual(['SCHILY.xattr.trusted.two', 'SCHILY.xattr.user.one']);
  });
});

describe('Q-32', () => {
  /** Two file systems below one tree whose files have the same inode numbers. */
  async function exported(profile: Profile): Promise<readonly string[]> {
    const driver = await open(profile);
    for (const name of ['a', 'b']) {
      expect(mountFresh('tmpfs', at(`c/diff/${name}`))).toBeUndefined();
      writeFileSync(at(`c/diff/${name}/f`), name);
      linkSync(at(`c/diff/${name}/f`), at(`c/diff/${name}/g`));
    }
    expect(statSync(at('c/diff/a/f')).ino).toBe(statSync(at('c/diff/b/f')).ino);
    const entries = await entriesOf(await driver.diff('c', 'p'));
    return entries
      .filter(({ type }) => type !== 'directory')
      .map(({ name, linkname, content }) => `${name} ${linkname}${content}`);
  }

  it('Q-32 in moby-2019: files of two devices are taken for one', async () => {
    expect(await exported(MOBY_2019)).toEqual(['a/f a', 'a/g a/f', 'b/f a/f', 'b/g a/f']);
  });

  it('Q-32 in strict: files of two devices are two', async () => {
    expect(await exported(STRICT)).toEqual(['a/f a', 'a/g a/f', 'b/f b', 'b/g b/f']);
  });
});

describe('Q-33', () => {
  async function exported(profile: Profile): Promise<unknown> {
    const driver = await open(profile, MAPPED);
    await applyToChild(driver, { name: '.wh.f', uid: 5, gid: 6 });
    const [entry] = await entriesOf(await driver.diff('c', 'p'));
    return [entry?.name, entry?.uid, entry?.gid];
  }

  it("Q-33 in moby-2019: a whiteout's owner is exported as it is on disk", async () => {
    expect(await exported(MOBY_2019)).toEqual(['.wh.f', 100_005, 100_006]);
  });

  it('Q-33 in strict: a whiteout is exported as 0:0', async () => {
    expect(await exported(STRICT)).toEqual(['.wh.f', 0, 0]);
  });
});

describe('Q-34', () => {
  async function exported(profile: Profile): Promise<readonly string[]> {
    const driver = await open(profile);
    writeFileSync(at('p/diff/g'), '');
    const tree = await driver.get('c');
    rmSync(join(tree, 'f'));
    rmSync(join(tree, 'g'));
    await driver.put('c');
    // Kernels before 5.8 make two inodes; what is judged then is a link of our own.
    if (lstatSync(at('c/diff/f')).ino !== lstatSync(at('c/diff/g')).ino) {
      rmSync(at('c/diff/g'));
      linkSync(at('c/diff/f'), at('c/diff/g'));
    }
    const entries = await entriesOf(await driver.diff('c', 'p'));
    return entries.map(({ name, type, linkname }) => `${name} ${type} ${linkname}`);
  }

  it('Q-34 in moby-2019: the second whiteout of an inode has a link name', async () => {
    expect(await exported(MOBY_2019)).toEqual(['.wh.f file ', '.wh.g file f']);
  });

  it('Q-34 in strict: no whiteout has a link name', async () => {
    expect(await exported(STRICT)).toEqual(['.wh.f file ', '.wh.g file ']);
  });
});

describe('Q-35', () => {
  it('Q-35 in moby-2019: a real file named .wh.x is exported as it is', async () => {
    const driver = await open(MOBY_2019);
    writeFileSync(at('c/diff/.wh.x'), '1');
    expect(await namesOf(await driver.diff('c', 'p'))).toEqual(['.wh.x']);
  });

  it('Q-35 in strict: Diff fails', async () => {
    const driver = await open(STRICT);
    writeFileSync(at('c/diff/.wh.x'), '1');
    await expect(driver.diff('c', 'p').then(collect)).rejects.toThrow(
      'cannot archive ".wh.x": the name is reserved for whiteouts',
    );
  });
});

describe('Q-42', () => {
  async function changesOf(profile: Profile): Promise<readonly string[]> {
    const driver = await open(profile);
    mkdirSync(at('p/diff/d'));
    writeFileSync(at('p/diff/d/x'), '');
    const tree = await driver.get('c');
    rmSync(join(tree, 'd'), { recursive: true });
    expect(spawnSync('mknod', [join(tree, 'd'), 'b', '7', '0']).status).toBe(0);
    await driver.put('c');
    const changes = await driver.changes('c', 'p');
    return changes.map(({ kind, path }) => `${kind} ${Buffer.from(path).toString()}`).sort();
  }

  it('Q-42 in moby-2019: a block device counts as a directory', async () => {
    expect(await changesOf(MOBY_2019)).toEqual(['delete /d/x', 'modify /d']);
  });

  it('Q-42 in strict: it does not', async () => {
    expect(await changesOf(STRICT)).toEqual(['modify /d']);
  });
});

describe('Q-43', () => {
  async function withDeleted(profile: Profile): Promise<OverlayDriver> {
    const driver = await open(profile);
    writeFileSync(at('p/diff/.wh.gone'), '');
    await driver.create('top', 'c');
    rmSync(join(await driver.get('top'), '.wh.gone'));
    await driver.put('top');
    return driver;
  }

  it('Q-43 in moby-2019: deleting a file named .wh.gone is lost', async () => {
    const driver = await withDeleted(MOBY_2019);
    expect(await namesOf(await driver.diff('top', 'p'))).toEqual(['.wh..wh.gone']);
  });

  it('Q-43 in strict: Diff fails', async () => {
    const driver = await withDeleted(STRICT);
    await expect(driver.diff('top', 'p').then(collect)).rejects.toThrow(
      'cannot archive ".wh.gone": the name is reserved for whiteouts',
    );
    expect(quirkHome.place.mounts()).toEqual([]);
  });
});
