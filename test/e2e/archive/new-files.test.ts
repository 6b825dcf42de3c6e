/**
 * Establishes that files get the archive's owner and mode whatever the kernel gives new files of
 * their directory: under setgid directories, default ACLs, umasks and after a directory changes in
 * the middle of the archive. (Owner and mode are only set where the kernel gave others.)
 */
import { Buffer } from 'node:buffer';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLinuxPorts } from '../../../src/adapters/linux/ports.js';
import { encodeHeader } from '../../../src/domain/diffs/tar/write-header.js';
import { TYPE } from '../../../src/domain/diffs/tar/header.js';
import { encodeUtf8 } from '../../../src/domain/utf8.js';
import { ExtractionPlace } from '../../helpers/extraction-place.js';
import { rawEntry, rawTar } from '../../helpers/raw-tar.js';

/** `user::rwx`, `group::---`, `other::---` as a default ACL takes new files' bits away. */
const PRIVATE_ACL = Buffer.from('0200000001000700ffffffff04000000ffffffff20000000ffffffff', 'hex');
const ACL = 'system.posix_acl_default';

let place: ExtractionPlace;

beforeEach(() => {
  place = new ExtractionPlace();
});

afterEach(() => place.remove());

const files = (...names: string[]): Buffer[] =>
  names.map((name) => rawEntry({ name, mode: 0o644 }));

async function setDefaultAcl(path: string): Promise<void> {
  const linux = createLinuxPorts();
  try {
    await linux.ports.fs.setxattr(path, ACL, PRIVATE_ACL);
  } finally {
    await linux.dispose();
  }
}

function directoryWithAcl(name: string): Uint8Array {
  return encodeHeader({
    typeflag: TYPE.DIR,
    name: encodeUtf8(`${name}/`),
    linkname: new Uint8Array(),
    size: 0n,
    mode: 0o755n,
    uid: 0n,
    gid: 0n,
    uname: '',
    gname: '',
    mtime: { seconds: 1_500_000_000n, nanoseconds: 0 },
    devmajor: 0n,
    devminor: 0n,
    paxRecords: new Map([[`SCHILY.xattr.${ACL}`, new Uint8Array(PRIVATE_ACL)]]),
  });
}

it('in a setgid directory', async () => {
  mkdirSync(join(place.tree, 'd'));
  chownSync(join(place.tree, 'd'), 0, 50);
  chmodSync(join(place.tree, 'd'), 0o2755);

  await place.native(rawTar({ name: 'd/1' }, { name: 'd/2' }));

  expect(await place.dump('d')).toEqual(['reg 0644 0:0 d/1 = ', 'reg 0644 0:0 d/2 = ']);
});

it('in a directory with a default ACL', async () => {
  mkdirSync(join(place.tree, 'd'));
  await setDefaultAcl(join(place.tree, 'd'));

  await place.native(rawTar({ name: 'd/1' }, { name: 'd/2' }));

  const modes = (await place.dump('d')).map((line) => line.split(' ')[1]);
  expect(modes).toEqual(['0644', '0644']);
});

it('in a directory that gets a default ACL between two files', async () => {
  await place.native(
    Buffer.concat([
      ...files('d/1', 'd/2'),
      directoryWithAcl('d'),
      ...files('d/3', 'd/4'),
      Buffer.alloc(1024),
    ]),
  );

  const modes = (await place.dump('d')).map((line) => line.split(' ').slice(1, 4).join(' '));
  expect(modes).toEqual(['0644 0:0 d/1', '0644 0:0 d/2', '0644 0:0 d/3', '0644 0:0 d/4']);
});

it('in a directory that becomes setgid between two files', async () => {
  mkdirSync(join(place.tree, 'd'));
  chownSync(join(place.tree, 'd'), 0, 50);

  await place.native(
    rawTar({ name: 'd/1' }, { name: 'd', type: '5', mode: 0o2777 }, { name: 'd/2' }),
  );

  expect((await place.dump('d')).map((line) => line.split(' ')[2])).toEqual(['0:0', '0:0']);
});

it('with bits that the umask or a change of owner takes away', async () => {
  const mapping = {
    uids: [{ containerId: 0, hostId: 1000, size: 10 }],
    gids: [{ containerId: 0, hostId: 2000, size: 10 }],
  };

  await place.native(rawTar({ name: 'a', mode: 0o4777 }, { name: 'b', mode: 0o4755 }), { mapping });

  expect(await place.dump()).toEqual(['reg 4777 1000:2000 a = ', 'reg 4755 1000:2000 b = ']);
});
