import { isErrno } from '../../domain/errors.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { FileStat } from '../../domain/host/file-stat.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { compareBytes } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import { Divergence, expectSame } from './divergence.js';

/** One entry of an open directory. */
export interface EntryView {
  readonly directory: Directory;
  readonly name: Uint8Array;
  readonly stat: FileStat;
}

const READ_BYTES = 256 * 1024;
const PERMISSIONS = 0o7777;

/** The kernel's own attributes of overlays, which no layer carries. */
const PRIVATE_PREFIX = 'trusted.overlay.';

/**
 * Looks at one entry without following it.
 *
 * @internal
 */
export async function viewEntry(directory: Directory, name: Uint8Array): Promise<EntryView> {
  return { directory, name, stat: await directory.lstatat(name) };
}

/**
 * Gives the type bits of an entry's mode.
 *
 * @internal
 */
export function typeOf({ stat }: Pick<EntryView, 'stat'>): number {
  return stat.mode & FILE_TYPE.MASK;
}

/**
 * States that two entries are equal in all that an archive carries: type, mode, owner, size,
 * content, link target, device number, extended attributes and modification time in seconds.
 *
 * @param subject - the path that a difference is told by.
 * @throws {@link Divergence}
 * @internal
 */
export async function expectSameEntry(
  subject: string,
  expected: EntryView,
  actual: EntryView,
): Promise<void> {
  const [e, a] = [expected.stat, actual.stat];
  expectSame(subject, 'type', octal(typeOf(expected)), octal(typeOf(actual)));
  expectSame(subject, 'mode', octal(e.mode & PERMISSIONS), octal(a.mode & PERMISSIONS));
  expectSame(subject, 'owner', `${e.uid}:${e.gid}`, `${a.uid}:${a.gid}`);
  expectSame(subject, 'modification time', e.mtime.seconds, a.mtime.seconds);
  expectSame(subject, 'device', device(e), device(a));
  const [wanted, found] = [await attributesOf(expected), await attributesOf(actual)];
  expectSame(subject, 'extended attributes', wanted, found);

  if (typeOf(expected) === FILE_TYPE.SYMLINK) {
    expectSame(subject, 'link target', await targetOf(expected), await targetOf(actual));
  }
  if (typeOf(expected) === FILE_TYPE.REGULAR) {
    expectSame(subject, 'size', e.size, a.size);
    await expectSameContent(subject, expected, actual);
  }
}

async function expectSameContent(
  subject: string,
  expected: EntryView,
  actual: EntryView,
): Promise<void> {
  if (expected.stat.size === 0n) return;
  const wanted = await expected.directory.openat(expected.name, OPEN.READ_ONLY, 0);
  const found = await actual.directory.openat(actual.name, OPEN.READ_ONLY, 0);
  try {
    const [a, b] = [new Uint8Array(READ_BYTES), new Uint8Array(READ_BYTES)];
    for (let offset = 0; ;) {
      const [gotA, gotB] = [await wanted.read(a), await found.read(b)];
      if (compareBytes(a.subarray(0, gotA), b.subarray(0, gotB)) !== 0) {
        const at = offset + firstDifference(a, b);
        throw new Divergence(subject, 'content', 'equal bytes', `another byte at ${at}`);
      }
      if (gotA === 0) return;
      offset += gotA;
    }
  } finally {
    await wanted.close();
    await found.close();
  }
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  return a.findIndex((byte, i) => byte !== b[i]);
}

async function attributesOf({ directory, name }: EntryView): Promise<string> {
  const told: string[] = [];
  for (const attribute of await attributeNames(directory, name)) {
    if (attribute.startsWith(PRIVATE_PREFIX)) continue;
    const value = await directory.lgetxattrat(name, attribute);
    told.push(`${attribute}=${[...value].map((byte) => hex(byte)).join('')}`);
  }
  return told.sort().join(' ');
}

async function attributeNames(directory: Directory, name: Uint8Array): Promise<readonly string[]> {
  try {
    return await directory.llistxattrat(name);
  } catch (error) {
    if (isErrno(error, 'ENOTSUP')) return [];
    throw error;
  }
}

async function targetOf({ directory, name }: EntryView): Promise<string> {
  return [...(await directory.readlinkat(name))].map((byte) => hex(byte)).join('');
}

function device(stat: FileStat): string {
  return `${stat.rdevMajor}:${stat.rdevMinor}`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
