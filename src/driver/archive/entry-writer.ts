import { TYPE } from '../../domain/diffs/tar/header.js';
import { missedWriting, writeTooLong } from '../../domain/diffs/tar/tar-error.js';
import { encodeHeader, endOfArchive, paddingLength } from '../../domain/diffs/tar/write-header.js';
import type { TarHeader } from '../../domain/diffs/tar/header.js';
import { isWhiteoutDevice, isWhiteoutName } from '../../domain/diffs/whiteout.js';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { FileStat } from '../../domain/host/file-stat.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { isIdentityMapping, toContainerIdentity } from '../../domain/identities/id-map.js';
import type { Directory, FileHandle } from '../../ports/file-system.js';
import type { AccountNames } from './account-names.js';
import { type ArchiveOptions, archiveKeeps, hostPath, type SkipLevel } from './archive-options.js';
import { baseOf, fromBytePath } from './byte-path.js';
import { ChunkBuffer } from './chunk-buffer.js';
import { readAttributeRecords } from './entry-attributes-of.js';
import { type DraftEntry, entryHeader, hasTarForm } from './entry-header.js';
import { type InodeKey, inodeKey } from './inode-key.js';
import { opaqueHeader, turnWhiteout } from './overlay-header.js';
import { ReservedNameError } from './reserved-name.js';
import { retellAt } from './confined-tree.js';

/** A file up to this size is read straight into the chunk. */
const SMALL_BYTES = 1 << 18;
const BLOCK_BYTES = 1 << 17;

/**
 * A file of the tree on its way into the archive.
 *
 * @internal
 */
export interface ArchivedFile {
  readonly directory: Directory;
  readonly name: Uint8Array;
  /** Byte path relative to the root of the archive. */
  readonly path: string;
  readonly stat: FileStat;
  /** The directory itself, where it is one and open. */
  readonly opened?: Directory;
}

/**
 * The content of a file whose header was written.
 *
 * @internal
 */
export interface Body {
  readonly file: ArchivedFile;
  readonly handle: FileHandle;
  /** Bytes that the header promised and that are still to come. */
  left: bigint;
}

/**
 * Writes entries one after the other. A generator takes the chunks out between them, and streams
 * what is too large for a chunk.
 *
 * @source moby pkg/archive/archive.go tarAppender
 * @internal
 */
export class EntryWriter {
  readonly chunks = new ChunkBuffer();
  readonly #options: ArchiveOptions;
  readonly #names: AccountNames;
  readonly #skipLevel: SkipLevel;
  readonly #seen = new Map<InodeKey, Uint8Array>();
  #missingBytes = 0n;

  constructor(options: ArchiveOptions, names: AccountNames, skipLevel: SkipLevel) {
    this.#options = options;
    this.#names = names;
    this.#skipLevel = skipLevel;
  }

  /**
   * Writes an entry's header and, if it is small, its content.
   *
   * QUIRK: an entry that cannot be written is left out and only logged.
   *
   * @returns content that is too large for a chunk, to be given to {@link EntryWriter.stream}.
   * @throws in profiles without Q-30, what kept the entry from being written.
   */
  async add(file: ArchivedFile): Promise<Body | undefined> {
    try {
      return await this.#write(file);
    } catch (error) {
      this.#skipMet(file, error);
      return undefined;
    }
  }

  /** Logs what could not be written, or throws it, as the profile has it. */
  skip(path: string, error: unknown): void {
    if (!(error instanceof GraphDriverError)) throw error;
    if (!archiveKeeps(this.#options, 'Q-30')) throw error;
    const text = `Can't add file ${hostPath(this.#options, path)} to tar: ${messageOf(error)}`;
    this.#options.ports.logger.log(this.#skipLevel, text);
  }

  /**
   * Writes a header.
   *
   * @throws TarError `archive/tar: missed writing <n> bytes` after a file that came up short.
   */
  writeHeader(header: TarHeader): void {
    if (this.#missingBytes > 0n) throw missedWriting(this.#missingBytes);
    this.chunks.append(encodeHeader(header));
  }

  /**
   * Ends the archive.
   *
   * QUIRK: after a file that came up short the archive simply stops, without end and without error
   * (Q-30).
   */
  *finish(): Generator<Uint8Array, void, void> {
    if (this.#missingBytes === 0n) {
      this.chunks.append(endOfArchive());
    } else {
      const error = missedWriting(this.#missingBytes);
      const what = this.#skipLevel === 'error' ? "Can't close tar writer" : "Can't close layer";
      this.#options.ports.logger.log(this.#skipLevel, `${what}: ${error.message}`);
    }
    yield* this.chunks.take();
  }

  async #write(file: ArchivedFile): Promise<Body | undefined> {
    const { directory, name, path, stat } = file;
    if (this.#isReserved(path)) throw new ReservedNameError(path);
    if (!hasTarForm(stat) && !archiveKeeps(this.#options, 'Q-30')) {
      const text = `left out of the archive: ${hostPath(this.#options, path)} is a socket`;
      this.#options.ports.logger.log('warning', text);
      return undefined;
    }
    const type = stat.mode & FILE_TYPE.MASK;
    const target = type === FILE_TYPE.SYMLINK ? await directory.readlinkat(name) : undefined;
    const header = entryHeader(path, stat, target, this.#names);
    const content = type === FILE_TYPE.REGULAR && stat.size > 0n ? await open(file) : undefined;
    try {
      const opened = content?.handle ?? file.opened;
      const from = { directory, name, opened };
      await readAttributeRecords(this.#options, from, header.paxRecords);
      this.#linkHard(header, file);
      this.#mapOwner(header, file);
      await this.#writeHeaders(header, file);
    } catch (error) {
      await content?.handle?.close();
      throw error;
    }
    if (content === undefined) return undefined;
    if (header.size === 0n) {
      await content.handle?.close();
      return undefined;
    }
    return this.#writeContent(file, content);
  }

  #isReserved(path: string): boolean {
    return !archiveKeeps(this.#options, 'Q-35') && isWhiteoutName(fromBytePath(baseOf(path)));
  }

  /** Makes a header that of a further name, if the file had one already. */
  #linkHard(header: DraftEntry, { path, stat }: ArchivedFile): void {
    if (header.typeflag === TYPE.DIR || stat.nlink <= 1) return;
    const isWhiteout = this.#options.fromOverlay && isWhiteoutDevice(stat);
    // QUIRK: the kernel lets whiteouts share an inode, and the later ones carry the name of the
    // first though they are no links to it.
    if (isWhiteout && !archiveKeeps(this.#options, 'Q-34')) return;
    const key = inodeKey(this.#options.profile, stat);
    const first = this.#seen.get(key);
    if (first === undefined) {
      this.#seen.set(key, fromBytePath(path));
      return;
    }
    header.typeflag = TYPE.LINK;
    header.linkname = first;
    header.size = 0n;
  }

  /** QUIRK: whiteouts keep the owner they have on disk. */
  #mapOwner(header: DraftEntry, { path, stat }: ArchivedFile): void {
    if (isWhiteoutDevice(stat)) {
      if (archiveKeeps(this.#options, 'Q-33') || !this.#options.fromOverlay) return;
      [header.uid, header.gid] = [0n, 0n];
      header.uname = this.#names.users.get(0) ?? '';
      header.gname = this.#names.groups.get(0) ?? '';
      return;
    }
    const { mapping } = this.#options;
    if (isIdentityMapping(mapping) || isWhiteoutName(fromBytePath(baseOf(path)))) return;
    const { uid, gid } = toContainerIdentity(mapping, stat);
    header.uid = BigInt(uid);
    header.gid = BigInt(gid);
  }

  async #writeHeaders(header: DraftEntry, { stat, opened }: ArchivedFile): Promise<void> {
    if (!this.#options.fromOverlay) return this.writeHeader(header);
    if (isWhiteoutDevice(stat)) turnWhiteout(header);
    const opaque = opened === undefined ? undefined : await opaqueHeader(header, opened);
    this.writeHeader(header);
    if (opaque !== undefined) this.writeHeader(opaque);
  }

  async #writeContent(file: ArchivedFile, content: OpenedContent): Promise<Body | undefined> {
    const size = file.stat.size;
    if (content.handle === undefined) {
      this.#missingBytes = size;
      this.#refuseShort();
      throw content.error;
    }
    const body: Body = { file, handle: content.handle, left: size };
    if (size > SMALL_BYTES) return body;
    try {
      await this.#readSmall(body);
    } finally {
      await body.handle.close();
    }
    return undefined;
  }

  /** One byte more than expected is asked for, so that the end shows in the same call. */
  async #readSmall(body: Body): Promise<void> {
    for (;;) {
      const room = this.chunks.room(Number(body.left) + 1);
      const got = await this.#readOrCutShort(body, room);
      const grown = BigInt(got) > body.left;
      const taken = grown ? Number(body.left) : got;
      this.chunks.advance(taken, got);
      body.left -= BigInt(taken);
      const atEnd = got < room.length;
      if (atEnd || grown) return this.#endBody(body, grown);
    }
  }

  /** Gives the content of an entry in blocks. */
  async *stream(body: Body): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* this.chunks.take();
      for (;;) {
        const block = new Uint8Array(BLOCK_BYTES);
        const got = await this.#readOrCutShort(body, block);
        const grown = BigInt(got) > body.left;
        const taken = grown ? Number(body.left) : got;
        body.left -= BigInt(taken);
        if (taken > 0) yield block.subarray(0, taken);
        if (got === 0 || grown) return this.#endBody(body, grown);
      }
    } catch (error) {
      this.#skipMet(body.file, error);
    } finally {
      await body.handle.close();
    }
  }

  #skipMet({ path }: ArchivedFile, error: unknown): void {
    this.skip(
      path,
      retellAt(error, () => ({ path: hostPath(this.#options, path) })),
    );
  }

  /** A file that stops being readable is one that came up short. */
  async #readOrCutShort(body: Body, buffer: Uint8Array): Promise<number> {
    try {
      return await body.handle.read(buffer);
    } catch (error) {
      this.#missingBytes = body.left;
      throw error;
    }
  }

  #endBody(body: Body, grown: boolean): void {
    this.#missingBytes = body.left;
    if (body.left > 0n) return this.#refuseShort();
    this.chunks.appendZeros(paddingLength(body.file.stat.size));
    if (grown) throw writeTooLong();
  }

  #refuseShort(): void {
    if (!archiveKeeps(this.#options, 'Q-30')) throw missedWriting(this.#missingBytes);
  }
}

/** A file opened for reading, or why it could not be. */
type OpenedContent =
  | { readonly handle: FileHandle }
  | { readonly handle: undefined; readonly error: GraphDriverError };

/**
 * The seed opens a file only when its header is out; opening it before costs nothing and saves a
 * call, as long as a failure is told where the seed meets it.
 */
async function open({ directory, name }: ArchivedFile): Promise<OpenedContent> {
  try {
    return { handle: await directory.openat(name, OPEN.READ_ONLY | OPEN.NO_FOLLOW, 0) };
  } catch (error) {
    if (error instanceof GraphDriverError) return { handle: undefined, error };
    throw error;
  }
}
