import { FILE_TYPE } from '../../domain/host/file-type.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { encodeUtf8 } from '../../domain/utf8.js';
import type { Directory, FileSystem } from '../../ports/file-system.js';

/** A capability set (`cap_net_raw+ep`, revision 2) as the kernel keeps it. */
const CAPABILITY = Uint8Array.from([1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const NOT_UTF8 = Uint8Array.of(0x6e, 0xff, 0xfe, 0x6e);
const LONG_NAME = 'long-'.repeat(40);
const OLD = { seconds: 1_000_000_000n, nanoseconds: 0 };
const BIG_ID = 3_000_000;

/** What the special layer's directories are called; the edits rely on them. */
export const SPECIAL = Object.freeze({
  DIRECTORY: 'overlay2-ref',
  DEEP: 'overlay2-ref/deep',
});

/**
 * Makes a tree of what packages hardly hold: devices, fifos, set-id and sticky modes, a file
 * capability, hard links, large ids, old times, long names, names that are not UTF-8, and
 * directories three deep.
 *
 * @param path - an existing empty directory of the host.
 * @internal
 */
export async function makeSpecialFiles(files: FileSystem, path: string): Promise<void> {
  const root = await files.openRoot(path);
  try {
    await root.mkdirat(encodeUtf8(SPECIAL.DIRECTORY), 0o755);
    const directory = await root.opendirat(encodeUtf8(SPECIAL.DIRECTORY));
    try {
      await fill(directory);
    } finally {
      await directory.close();
    }
  } finally {
    await root.close();
  }
}

async function fill(directory: Directory): Promise<void> {
  const name = encodeUtf8;
  await directory.mknodat(name('null'), FILE_TYPE.CHARACTER | 0o666, 1, 3);
  await directory.mknodat(name('loop'), FILE_TYPE.BLOCK | 0o660, 7, 0);
  await directory.mknodat(name('fifo'), FILE_TYPE.FIFO | 0o640, 0, 0);

  await makeFile(directory, name('set-id'), 'set-id', 0o6755);
  await makeFile(directory, name('hard-1'), 'one file', 0o644);
  await directory.linkat(directory, name('hard-1'), name('hard-2'));
  await makeFile(directory, name(LONG_NAME), 'long', 0o600);
  await makeFile(directory, NOT_UTF8, 'bytes', 0o644);
  await makeFile(directory, name('empty'), '', 0o000);
  await makeFile(directory, name('größe'), 'text', 0o644);
  await directory.symlinkat(name('../'.repeat(50) + 'nowhere'), name('dangling'));
  await directory.symlinkat(NOT_UTF8, name('to-bytes'));

  await makeFile(directory, name('capable'), 'capable', 0o755);
  await directory.lsetxattrat(name('capable'), 'security.capability', CAPABILITY);
  await makeFile(directory, name('owned'), 'owned', 0o644);
  await directory.lchownat(name('owned'), BIG_ID, BIG_ID + 1);
  await makeFile(directory, name('old'), 'old', 0o644);
  await directory.utimensat(name('old'), OLD, OLD);

  await directory.mkdirat(name('sticky'), 0o777);
  await directory.chmodat(name('sticky'), 0o1777);
  await makeDeep(directory);
}

async function makeDeep(directory: Directory): Promise<void> {
  let at = directory;
  for (const step of ['deep', 'deeper', 'deepest']) {
    await at.mkdirat(encodeUtf8(step), 0o750);
    const below = await at.opendirat(encodeUtf8(step));
    if (at !== directory) await at.close();
    at = below;
    for (const file of ['a', 'b', 'c']) await makeFile(at, encodeUtf8(file), step + file, 0o644);
  }
  await at.close();
}

async function makeFile(
  directory: Directory,
  name: Uint8Array,
  content: string,
  mode: number,
): Promise<void> {
  const flags = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE;
  const file = await directory.openat(name, flags, 0o600);
  try {
    await file.write(encodeUtf8(content));
    await file.fchmod(mode);
  } finally {
    await file.close();
  }
}
