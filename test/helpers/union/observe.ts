/** What a tree looks like, to compare two: without times of now and without real numbers. */
import { SyscallError } from '../../../src/domain/errors.js';
import type { FileStat } from '../../../src/domain/host/file-stat.js';
import { FILE_TYPE } from '../../../src/domain/host/file-type.js';
import { OPEN } from '../../../src/domain/host/open-flags.js';
import { decodeUtf8 } from '../../../src/domain/utf8.js';
import type { Directory, FileSystem } from '../../../src/ports/file-system.js';

/** Set by `utimes` in these tests; anything later is the time of the run. */
const NOW_S = 1_000_000_000n;
/** Their values name files of the machine. */
const NUMBERED = /\.overlay\.(origin|uuid|upper)$/;

/** One line a file. */
export type TreeView = Readonly<Record<string, string>>;

/** Runs something and gives its failure's errno, or what it gave. */
export async function outcome(run: () => Promise<string | void>): Promise<string> {
  try {
    return (await run()) ?? 'ok';
  } catch (error) {
    if (error instanceof SyscallError) return error.errnoName;
    throw error;
  }
}

/** What of a tree is looked at. */
export interface ViewOptions {
  /** Times before it are told, in seconds of Unix time. */
  readonly nowSeconds?: bigint;
  /** Whether what is mounted in the tree is left out. */
  readonly isOneDevice?: boolean;
}

/** Looks at a whole tree. Several names of a file are told by the first of them. */
export async function viewTree(
  fs: FileSystem,
  path: string,
  { nowSeconds = NOW_S, isOneDevice = false }: ViewOptions = {},
): Promise<TreeView> {
  const root = await fs.openRoot(path);
  const view: Record<string, string> = {};
  try {
    const stat = await root.fstat();
    const rootDevice = stat.dev;
    const context: Context = { view, first: new Map(), rootDevice, nowSeconds, isOneDevice };
    view[''] = `${describe(stat, context)} ${await attributesOf(root)}`;
    await viewDirectory(root, '', context);
    return view;
  } finally {
    await root.close();
  }
}

interface Context {
  readonly view: Record<string, string>;
  readonly first: Map<string, string>;
  readonly rootDevice: bigint;
  readonly nowSeconds: bigint;
  readonly isOneDevice: boolean;
}

async function viewDirectory(directory: Directory, prefix: string, context: Context) {
  const listed = await listOrErrno(directory);
  if (typeof listed === 'string') {
    context.view[`${prefix}*`] = listed;
    return;
  }
  const entries = listed.map(({ name, ino, type }) => ({
    name,
    text: decodeUtf8(name),
    ino,
    type,
  }));
  entries.sort((a, b) => (a.text < b.text ? -1 : 1));
  for (const { name, text, ino, type } of entries) {
    const path = prefix + text;
    let stat: FileStat;
    try {
      stat = await directory.lstatat(name);
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      context.view[path] = `listed alone, type ${type}: ${error.errnoName}`;
      continue;
    }
    if (context.isOneDevice && stat.dev !== context.rootDevice) {
      context.view[path] = 'a mount';
      continue;
    }
    const numbers = ino === stat.ino ? '' : ' other d_ino';
    const what = `${describe(stat, context)} ${await viewEntry(directory, name, stat)}`;
    context.view[path] = `d${type}${numbers} ${what}${linkOf(context, path, stat)}`;
    if ((stat.mode & FILE_TYPE.MASK) !== FILE_TYPE.DIRECTORY) continue;
    const inner = await directory.opendirat(name);
    try {
      await viewDirectory(inner, `${path}/`, context);
    } finally {
      await inner.close();
    }
  }
}

/** Somebody may have removed what a mounted directory shows. */
async function listOrErrno(directory: Directory) {
  try {
    return await directory.getdents();
  } catch (error) {
    if (error instanceof SyscallError) return error.errnoName;
    throw error;
  }
}

function describe(stat: FileStat, { rootDevice, nowSeconds }: Context): string {
  const { mode, uid, gid, nlink, rdevMajor, rdevMinor, mtime } = stat;
  const time = mtime.seconds < nowSeconds ? ` @${mtime.seconds}.${mtime.nanoseconds}` : '';
  const device = stat.dev === rootDevice ? '' : ' other-device';
  const isDirectory = (mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY;
  const size = isDirectory ? '' : ` ${stat.size}B`;
  const rest = `${size}${time}${device}`;
  return `${mode.toString(8)} ${uid}:${gid} x${nlink} ${rdevMajor}:${rdevMinor}${rest}`;
}

function linkOf({ first }: Context, path: string, stat: FileStat): string {
  if ((stat.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY) return '';
  const key = `${stat.dev}:${stat.ino}`;
  const known = first.get(key);
  if (known === undefined) first.set(key, path);
  return known === undefined ? '' : ` = ${known}`;
}

async function viewEntry(directory: Directory, name: Uint8Array, stat: FileStat): Promise<string> {
  const type = stat.mode & FILE_TYPE.MASK;
  const xattrs = await attributesOf(directory, name);
  if (type === FILE_TYPE.SYMLINK) {
    return `-> ${decodeUtf8(await directory.readlinkat(name))} ${xattrs}`;
  }
  if (type !== FILE_TYPE.REGULAR) return xattrs;
  return `"${await contentOf(directory, name)}" ${xattrs}`;
}

async function contentOf(directory: Directory, name: Uint8Array): Promise<string> {
  const file = await directory.openat(name, OPEN.READ_ONLY, 0);
  try {
    const buffer = new Uint8Array(64);
    return decodeUtf8(buffer.subarray(0, await file.read(buffer)));
  } finally {
    await file.close();
  }
}

async function attributesOf(directory: Directory, name?: Uint8Array): Promise<string> {
  const names = [...(await (name ? directory.llistxattrat(name) : directory.flistxattr()))];
  const told: string[] = [];
  for (const attribute of names.sort()) {
    if (NUMBERED.test(attribute)) {
      told.push(attribute);
      continue;
    }
    const value = await (name
      ? directory.lgetxattrat(name, attribute)
      : directory.fgetxattr(attribute));
    told.push(`${attribute}=${decodeUtf8(value)}`);
  }
  return `[${told.join(' ')}]`;
}
