/**
 * Establishes what the quirks of Create and CreateReadWrite answer in each profile, and what they
 * leave on the real file system.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { TestHome } from '../../helpers/test-home.js';
import { withMessage } from '../../helpers/with-message.js';

const NO_QUOTA = "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";
const ONLY_READ_WRITE = '--storage-opt size is only supported for ReadWrite Layers';
const NIL = 'runtime error: invalid memory address or nil pointer dereference';

let place: TestHome;
let moby: OverlayDriver;
let strict: OverlayDriver;

// Each test uses one of the two: a home may be opened by both, one after the other.
beforeEach(async () => {
  place = new TestHome();
  moby = await place.open();
  strict = await place.open({ profile: STRICT });
});

afterEach(() => place.remove());

const at = (path: string): string => join(place.home, path);
const links = (): string[] => readdirSync(at('l'));

describe('Q-05', () => {
  it("Q-05 in moby-2019: CreateReadWrite writes size into the caller's map", async () => {
    const options = { storageOpt: new Map<string, string>() };
    await moby.createReadWrite('a', '', options);
    expect([...options.storageOpt]).toEqual([['size', '0']]);
    await expect(moby.createReadWrite('b', '', options)).rejects.toThrow(withMessage(NO_QUOTA));
    await expect(moby.create('b', '', options)).rejects.toThrow(withMessage(ONLY_READ_WRITE));
  });

  it("Q-05 in strict: the caller's map is not touched", async () => {
    const options = { storageOpt: new Map<string, string>() };
    await strict.createReadWrite('a', '', options);
    await strict.createReadWrite('b', '', options);
    expect([...options.storageOpt]).toEqual([]);
  });
});

describe('Q-06', () => {
  const refused = (): RegExp => new RegExp(`^(open|lstat) ${at('ghost')}.*: no such file`);

  it('Q-06 in moby-2019: a failed create leaves its symlink', async () => {
    await expect(moby.create('x', 'ghost')).rejects.toThrow(
      withMessage(`open ${at('ghost/committed')}: no such file or directory`),
    );
    expect([links().length, existsSync(at('x'))]).toEqual([1, false]);
  });

  it('Q-06 in strict: a failed create leaves nothing', async () => {
    await expect(strict.create('x', 'ghost')).rejects.toThrow(refused());
    expect([links().length, existsSync(at('x'))]).toEqual([0, false]);
  });
});

describe('Q-07', () => {
  it('Q-07 in moby-2019: creating an existing id succeeds and leaks the old symlink', async () => {
    await moby.create('a', '');
    const link = place.text('a/link');
    await moby.create('a', '');
    expect(place.text('a/link')).not.toBe(link);
    expect(links()).toHaveLength(2);
    expect(links()).toContain(link);
  });

  it('Q-07 in strict: creating an existing id is refused', async () => {
    await strict.create('a', '');
    const before = await place.dump();
    await expect(strict.create('a', '')).rejects.toThrow(
      withMessage(`mkdir ${at('a')}: file exists`),
    );
    expect(await place.dump()).toEqual(before);
  });
});

describe('Q-08', () => {
  it('Q-08 in moby-2019: a failed create over an existing id deletes that layer', async () => {
    await moby.create('a', '');
    writeFileSync(at('a/diff/precious'), 'x');
    await expect(moby.create('a', 'ghost')).rejects.toThrow(/no such file or directory$/);
    expect(existsSync(at('a'))).toBe(false);
  });

  it('Q-08 in strict: a create over an existing id deletes nothing', async () => {
    await strict.create('a', '');
    writeFileSync(at('a/diff/precious'), 'x');
    const before = await place.dump();
    await expect(strict.create('a', 'ghost')).rejects.toThrow(
      withMessage(`mkdir ${at('a')}: file exists`),
    );
    expect(await place.dump()).toEqual(before);
  });
});

describe('Q-09', () => {
  it('Q-09 in moby-2019: a failed child create leaves its parent committed', async () => {
    await moby.create('p', '');
    rmSync(at('p/link'));
    await expect(moby.create('c', 'p')).rejects.toThrow(
      withMessage(`open ${at('p/link')}: no such file or directory`),
    );
    expect(existsSync(at('p/committed'))).toBe(true);
  });

  it('Q-09 in strict: a failed child create leaves its parent as it was', async () => {
    await strict.create('p', '');
    rmSync(at('p/link'));
    await expect(strict.create('c', 'p')).rejects.toThrow(
      withMessage(`open ${at('p/link')}: no such file or directory`),
    );
    expect(existsSync(at('p/committed'))).toBe(false);
  });
});

describe('Q-11', () => {
  const upper = (): { storageOpt: Map<string, string> } => ({
    storageOpt: new Map([['SIZE', '1G']]),
  });

  it('Q-11 in moby-2019: SIZE in Create crashes and leaves an empty directory', async () => {
    await expect(moby.create('a', '', upper())).rejects.toThrow(withMessage(NIL));
    expect(readdirSync(at('a'))).toEqual([]);
  });

  it('Q-11 in strict: SIZE in Create is refused as size is', async () => {
    await expect(strict.create('a', '', upper())).rejects.toThrow(withMessage(ONLY_READ_WRITE));
    expect(existsSync(at('a'))).toBe(false);
  });
});

describe('Q-13', () => {
  const damage = async (driver: OverlayDriver): Promise<void> => {
    await driver.create('base', '');
    await driver.create('p', 'base');
    rmSync(at('p/lower'));
    mkdirSync(at('p/lower'));
  };

  it("Q-13 in moby-2019: an unreadable lower of the parent cuts the child's chain", async () => {
    await damage(moby);
    await moby.create('c', 'p');
    expect(place.text('c/lower')).toBe(`l/${place.text('p/link')}`);
  });

  it('Q-13 in strict: an unreadable lower of the parent fails', async () => {
    await damage(strict);
    const before = await place.dump();
    await expect(strict.create('c', 'p')).rejects.toThrow(
      withMessage(`read ${at('p/lower')}: is a directory`),
    );
    expect(await place.dump()).toEqual(before);
  });
});

describe('Q-14', () => {
  it('Q-14 in moby-2019: an empty link makes the link directory a layer', async () => {
    await moby.create('p', '');
    writeFileSync(at('p/link'), '');
    await moby.create('c', 'p');
    expect(place.text('c/lower')).toBe('l');
    const tree = await moby.get('c');
    expect(readdirSync(tree).sort()).toEqual(links().sort());
    await moby.put('c');
  });

  it('Q-14 in strict: a link must be a link id', async () => {
    await strict.create('p', '');
    writeFileSync(at('p/link'), '');
    await expect(strict.create('c', 'p')).rejects.toThrow(
      withMessage('layer "p": link file holds "", not a link id'),
    );
    expect(existsSync(at('c'))).toBe(false);
  });
});
