import { isNotExist, SyscallError } from '../../domain/errors.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { decodeUtf8 } from '../../domain/utf8.js';
import type { Directory, FileHandle, FileSystem } from '../../ports/file-system.js';
import type { Around, PortCall } from './port-call.js';

const SLASH = 0x2f;
/** The argument of `open` and `openat` that holds the flags. */
const FLAGS_AT = 1;

/** A file that a crash would cut. */
interface Unsynced {
  readonly path: Uint8Array;
  /** What is sure to be on disk, in bytes; undefined for a file that is new since. */
  readonly durableSize: bigint | undefined;
}

/**
 * Remembers which files were written and not synced since, and takes their bytes away, as a power
 * failure after a crash may.
 *
 * It models the loss of written and truncated data by size: a file falls back to the length it had
 * before the first unsynced write. It does not model lost names (created, renamed or removed ones
 * stay so), lost attributes, nor old bytes coming back under an overwritten range. A file reached
 * by two names, hard links or symlinks, counts as two.
 *
 * @internal
 */
export class UnsyncedFiles {
  readonly #fs: FileSystem;
  /** By path, a character for each byte. */
  readonly #files = new Map<string, Unsynced>();

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

  /** Give this to `interceptPorts`, inside of a gate: a call that fails there writes nothing. */
  readonly around: Around = async (call, perform) => {
    const size = await this.#sizeBefore(call);
    const result = await perform();
    this.#note(call, size);
    return result;
  };

  /**
   * Takes the unsynced bytes away.
   *
   * @param newFiles - what becomes of files that were never synced: the two ends that real file
   *   systems know.
   * @throws {@link SyscallError} as the file system fails; a file that is gone is no failure.
   */
  async loseUnsynced(newFiles: 'removed' | 'emptied' = 'emptied'): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const file of files) {
      try {
        await this.#lose(file, newFiles);
      } catch (error) {
        // Gone with the directory it lay in, which moved or went without this file being named.
        if (!isNotExist(error)) throw error;
      }
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
      if (size === undefined) this.#files.set(key, { path, durableSize: undefined });
      else if (truncates(call)) this.#noteLoss(path, 0n);
    } else if (size !== undefined) this.#noteLoss(path, size);
    else if (call.call === 'fsync') this.#files.delete(key);
    else if (call.call === 'syncfs') this.#files.clear();
    else if (call.call === 'unlink' || call.call === 'unlinkat') this.#files.delete(key);
    else if (call.call === 'rename' || call.call === 'renameat') this.#move(call);
  }

  #noteLoss(path: Uint8Array, durableSize: bigint): void {
    const key = keyOf(path);
    if (!this.#files.has(key)) this.#files.set(key, { path, durableSize });
  }

  #move(call: PortCall): void {
    const [from, to] = call.paths.map(keyOf);
    if (from === undefined || to === undefined) return;
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

function keyOf(path: Uint8Array): string {
  return Array.from(path, (byte) => String.fromCharCode(byte)).join('');
}

function bytesOf(key: string): Uint8Array {
  return Uint8Array.from(key, (character) => character.charCodeAt(0));
}
