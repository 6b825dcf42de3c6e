import { createHash } from 'node:crypto';
import { GraphDriverError } from '../../domain/errors.js';
import { bytesOfText, textOfBytes } from '../../oracle/commands/byte-text.js';
import type { ByteText } from '../../oracle/commands/operation.js';
import { toBase64, toWireName } from '../../oracle/protocol/names.js';
import type { DumpEntry } from '../../oracle/protocol/tree-entries.js';
import type { Directory, FileSystem } from '../../ports/file-system.js';

const TYPE_MASK = 0o170000;
const PERMISSIONS = 0o7777;
const OVERLAY_MAGIC = 0x794c7630;
/** Read only, and no symlink at the end. */
const OPEN_FLAGS = 0o400000;
const READ_BYTES = 65_536;
const CONTENT_BYTES_MAX = 65_536;

const TYPE_NAMES: ReadonlyMap<number, DumpEntry['type']> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'symlink'],
  [0o010000, 'fifo'],
  [0o020000, 'character'],
  [0o060000, 'block'],
  [0o140000, 'socket'],
]);

/**
 * Tells everything that lies in a home, but what is mounted on a `merged`.
 *
 * @throws SyscallError
 * @internal
 */
export async function dumpHome(files: FileSystem, home: string): Promise<readonly DumpEntry[]> {
  const root = await files.openRoot(home);
  const dump = new Dump(files, home);
  try {
    await dump.addDirectory(root);
  } finally {
    await root.close();
  }
  return dump.entries;
}

class Dump {
  readonly entries: DumpEntry[] = [];
  readonly #files: FileSystem;
  readonly #home: string;
  /** The first path of what has several names. */
  readonly #first = new Map<string, ByteText>();

  constructor(files: FileSystem, home: string) {
    this.#files = files;
    this.#home = home;
  }

  async addDirectory(root: Directory): Promise<void> {
    const { mode, uid, gid } = await root.fstat();
    this.entries.push({ path: '', type: 'directory', mode: mode & PERMISSIONS, uid, gid });
    await this.#addNames(root, '');
  }

  async #addNames(directory: Directory, prefix: ByteText): Promise<void> {
    for (const { name } of await directory.getdents()) {
      await this.#add(directory, name, prefix + textOfBytes(name));
    }
  }

  async #add(directory: Directory, name: Uint8Array, path: ByteText): Promise<void> {
    const stat = await directory.lstatat(name);
    const type = TYPE_NAMES.get(stat.mode & TYPE_MASK) ?? 'file';
    const entry: DumpEntry = {
      path: toWireName(path),
      type,
      mode: stat.mode & PERMISSIONS,
      uid: stat.uid,
      gid: stat.gid,
    };
    if (type === 'character' || type === 'block') entry.device = [stat.rdevMajor, stat.rdevMinor];
    if (type === 'symlink')
      entry.target = toWireName(textOfBytes(await directory.readlinkat(name)));
    if (type === 'file') await addContent(directory, name, entry);
    if (type !== 'directory' && stat.nlink > 1) {
      const inode = `${stat.dev}:${stat.ino}`;
      const first = this.#first.get(inode);
      if (first === undefined) this.#first.set(inode, path);
      else entry.linkOf = toWireName(first);
    }
    const isMounted = type === 'directory' && (await this.#isMounted(path));
    if (isMounted) entry.mounted = true;
    else await addAttributes(directory, name, entry);
    this.entries.push(entry);
    if (type !== 'directory' || isMounted) return;
    const inner = await directory.opendirat(name);
    try {
      await this.#addNames(inner, `${path}/`);
    } catch (error) {
      // A mount may have lost what it lay on; nobody sees what is in it.
      if (!(error instanceof GraphDriverError)) throw error;
    } finally {
      await inner.close();
    }
  }

  async #isMounted(path: ByteText): Promise<boolean> {
    if (!/^[^/]*\/merged$/.test(path)) return false;
    const where = `${this.#home}/${new TextDecoder().decode(bytesOfText(path))}`;
    return (await this.#files.statfs(where)).type === OVERLAY_MAGIC;
  }
}

async function addContent(directory: Directory, name: Uint8Array, entry: DumpEntry): Promise<void> {
  const file = await directory.openat(name, OPEN_FLAGS, 0);
  try {
    const parts: Uint8Array[] = [];
    for (;;) {
      const buffer = new Uint8Array(READ_BYTES);
      const got = await file.read(buffer);
      if (got === 0) break;
      parts.push(buffer.subarray(0, got));
    }
    const bytes = Buffer.concat(parts);
    entry.size = String(bytes.length);
    entry.sha256 = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length <= CONTENT_BYTES_MAX) entry.content = toBase64(textOfBytes(bytes));
  } finally {
    await file.close();
  }
}

async function addAttributes(
  directory: Directory,
  name: Uint8Array,
  entry: DumpEntry,
): Promise<void> {
  const names = await directory.llistxattrat(name);
  if (names.length === 0) return;
  entry.xattrs = {};
  for (const attribute of names) {
    const value = await directory.lgetxattrat(name, attribute);
    entry.xattrs[attribute] = toBase64(textOfBytes(value));
  }
}
