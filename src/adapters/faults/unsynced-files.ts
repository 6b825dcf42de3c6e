import { isErrno, SyscallError } from '../../domain/errors.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { decodeUtf8, equalBytes } from '../../domain/utf8.js';
import type { Directory, FileHandle, FileSystem } from '../../ports/file-system.js';
import { loseAll, type LossFilter, type PendingWrite } from './pending-write.js';
import type { Around, PortCall } from './port-call.js';

const SLASH = 0x2f;
/** The argument of `open` and `openat` that holds the flags. */
const FLAGS_AT = 1;

/** A file that a crash would cut. */
type Unsynced = Extract<PendingWrite, { kind: 'content' }>;
type Rename = Extract<PendingWrite, { kind: 'rename' }>;

/**
 * Remembers which files were written and which names were moved without a sync since, and takes
 * that back, all of it or a part, as a power failure after a crash may.
 *
 * It models the loss of written and truncated data by size: a file falls back to the length it had
 * before the first unsynced write. It models a lost rename: the old name is back, unless something
 * has it again or the new name is gone. Every part of what is pending may be lost while the others
 * are not, which is more than a file system with a journal does. It does not model other lost names
 * (a created file stays, empty, or goes on request; made, linked and removed ones stay so), lost
 * attributes, nor old bytes coming back under an overwritten range. A file reached by two names,
 * hard links or symlinks, counts as two.
 *
 * @internal
 */
export class UnsyncedFiles {
  readonly #fs: FileSystem;
  /** By path, a character for each byte. */
  readonly #files = new Map<string, Unsynced>();
  #renames: Rename[] = [];

  /**
   * @param fs - the file system below the decorators, with absolute paths.
   */
  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  /** Paths of the files that would lose something, in order. */
  get paths(): readonly string[] {
    return [...this.#files.values()].map((file) => decodeUtf8(file.path)).sort();
  }

  /** What would be lost, in the order in which it was done: contents first, then renames. */
  get pending(): readonly PendingWrite[] {
    return [...this.#files.values(), ...this.#renames];
  }

  /** Give this to `interceptPorts`, inside of a gate: a call that fails there writes nothing. */
  readonly around: Around = async (call, perform) => {
    const size = await this.#sizeBefore(call);
    const result = await perform();
    this.#note(call, size);
    return result;
  };

  /**
   * Takes back what was not synced.
   *
   * @param newFiles - what becomes of files that were never synced: the two ends that real file
   *   systems know.
   * @param isLost - which of {@link UnsyncedFiles.pending} are lost; all of them unless told.
   * @throws {@link SyscallError} as the file system fails; a file that is gone is no failure.
   */
  async loseUnsynced(
    newFiles: 'removed' | 'emptied' = 'emptied',
    isLost: LossFilter = loseAll,
  ): Promise<void> {
    const lost = this.pending.filter((_write, index) => isLost(index));
    this.#files.clear();
    this.#renames = [];
    for (const write of lost) {
      if (write.kind === 'content') await this.#unlessGone(() => this.#lose(write, newFiles));
    }
    for (const write of lost.reverse()) {
      if (write.kind === 'rename') await this.#unlessGone(() => this.#moveBack(write));
    }
  }

  /** What is gone went with the directory it lay in, without being named itself. */
  async #unlessGone(lose: () => Promise<void>): Promise<void> {
    try {
      await lose();
    } catch (error) {
      if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    }
  }

  async #sizeBefore(call: PortCall): Promise<bigint | undefined> {
    if (call.opens && call.effect === 'change') return this.#sizeAt(pathOf(call));
    const writes = call.port === 'file' && (call.call === 'write' || call.call === 'ftruncate');
    if (!writes || this.#files.has(keyOf(pathOf(call)))) return undefined;
    return (await (call.handle as FileHandle).fstat()).size;
  }

  #note(call: PortCall, size: bigint | undefined): void {
    const path = pathOf(call);
    const key = keyOf(path);
    if (call.opens && call.effect === 'change') {
      if (size === undefined) this.#noteLoss(path, undefined);
      else if (truncates(call)) this.#noteLoss(path, 0n);
    } else if (size !== undefined) this.#noteLoss(path, size);
    else if (call.call === 'fsync') this.#noteSync(path);
    else if (call.call === 'syncfs') this.#noteSyncOfAll();
    else if (call.call === 'unlink' || call.call === 'unlinkat') this.#files.delete(key);
    else if (call.call === 'rename' || call.call === 'renameat') this.#move(call);
  }

  #noteLoss(path: Uint8Array, durableSize: bigint | undefined): void {
    const key = keyOf(path);
    if (this.#files.has(key) && durableSize !== undefined) return;
    this.#files.set(key, { kind: 'content', path, durableSize });
  }

  #noteSync(path: Uint8Array): void {
    this.#files.delete(keyOf(path));
    this.#renames = this.#renames.filter(({ to }) => !equalBytes(directoryOf(to), path));
  }

  #noteSyncOfAll(): void {
    this.#files.clear();
    this.#renames = [];
  }

  #move(call: PortCall): void {
    const [fromPath, toPath] = call.paths;
    if (fromPath === undefined || toPath === undefined) return;
    this.#renames.push({ kind: 'rename', from: fromPath, to: toPath });
    const [from, to] = [keyOf(fromPath), keyOf(toPath)];
    const files = [...this.#files];
    this.#files.delete(to);
    for (const [key, file] of files) {
      if (key !== from && !key.startsWith(`${from}/`)) continue;
      const moved = to + key.slice(from.length);
      this.#files.delete(key);
      this.#files.set(moved, { ...file, path: bytesOf(moved) });
    }
  }

  async #sizeAt(path: Uint8Array): Promise<bigint | undefined> {
    try {
      return await this.#inParent(path, async (parent, name) => (await parent.lstatat(name)).size);
    } catch (error) {
      // Whatever is wrong with the path, the call itself is about to say it.
      if (error instanceof SyscallError) return undefined;
      throw error;
    }
  }

  async #lose(file: Unsynced, newFiles: 'removed' | 'emptied'): Promise<void> {
    const { path, durableSize } = file;
    await this.#inParent(path, async (parent, name) => {
      if (durableSize === undefined && newFiles === 'removed') {
        await parent.unlinkat(name);
        return;
      }
      const handle = await parent.openat(name, OPEN.WRITE_ONLY | OPEN.NO_FOLLOW, 0);
      try {
        const { size } = await handle.fstat();
        if (size > (durableSize ?? 0n)) await handle.ftruncate(durableSize ?? 0n);
      } finally {
        await handle.close();
      }
    });
  }

  async #moveBack({ from, to }: Rename): Promise<void> {
    if ((await this.#sizeAt(from)) !== undefined) return;
    await this.#inParent(to, async (parent, name) => {
      await this.#inParent(from, (other, old) => parent.renameat(name, other, old));
    });
  }

  /** By directories, because a path may be bytes that no string holds. */
  async #inParent<T>(
    path: Uint8Array,
    use: (parent: Directory, name: Uint8Array) => Promise<T>,
  ): Promise<T> {
    const slash = path.lastIndexOf(SLASH);
    const root = await this.#fs.openRoot('/');
    try {
      const parent = await root.resolve(path.subarray(0, slash));
      try {
        return await use(parent, path.subarray(slash + 1));
      } finally {
        await parent.close();
      }
    } finally {
      await root.close();
    }
  }
}

function truncates(call: PortCall): boolean {
  return (Number(call.args[FLAGS_AT]) & OPEN.TRUNCATE) !== 0;
}

function pathOf(call: PortCall): Uint8Array {
  return call.paths[0] ?? new Uint8Array();
}

function directoryOf(path: Uint8Array): Uint8Array {
  return path.subarray(0, path.lastIndexOf(SLASH));
}

function keyOf(path: Uint8Array): string {
  return Array.from(path, (byte) => String.fromCharCode(byte)).join('');
}

function bytesOf(key: string): Uint8Array {
  return Uint8Array.from(key, (character) => character.charCodeAt(0));
}
