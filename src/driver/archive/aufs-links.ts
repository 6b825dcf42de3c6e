import { TYPE, type TarHeader } from '../../domain/diffs/tar/header.js';
import { META_LINK_DIR } from '../../domain/diffs/whiteout.js';
import { isErrno } from '../../domain/errors.js';
import { OPEN } from '../../domain/host/open-flags.js';
import type { FileHandle } from '../../ports/file-system.js';
import { writeAll } from '../files.js';
import { baseOf, childOf, fromBytePath, toBytePath } from './byte-path.js';
import { createEntry } from './create-entry.js';
import { told } from './entry-calls.js';
import { clearWay, type Extraction, ownerOf } from './extraction.js';
import { invalidAufsLink } from './hard-link.js';

const BLOCK_BYTES = 1 << 20;
const NAME_TRIES_MAX = 10_000;

/**
 * The sources of hard links that aufs kept in a directory of its own in the archive. They are kept
 * in a temporary directory of the tree until the archive ends, and each link to one becomes a file.
 *
 * @source moby pkg/archive/diff.go UnpackLayer
 * @internal
 */
export class AufsLinks {
  readonly #run: Extraction;
  readonly #headers = new Map<string, TarHeader>();
  #directory: string | undefined;

  constructor(run: Extraction) {
    this.#run = run;
  }

  /** Keeps an entry if it is a source of hard links; its ids are not mapped. */
  async keep(name: string, header: TarHeader): Promise<void> {
    if (!name.startsWith(META_LINK_DIR) || header.typeflag !== TYPE.REG) return;
    const base = baseOf(name);
    this.#headers.set(base, header);
    this.#directory ??= await this.#makeDirectory();
    const owner = { uid: Number(header.uid), gid: Number(header.gid) };
    await createEntry(this.#run, childOf(this.#directory, base), header, owner);
  }

  /**
   * Makes a file of a hard link to a kept source.
   *
   * @throws GraphDriverError `Invalid aufs hardlink` when there is no such source.
   */
  async restore(path: string, link: TarHeader): Promise<void> {
    const run = this.#run;
    const base = baseOf(toBytePath(link.linkname));
    const header = this.#headers.get(base);
    if (header === undefined || this.#directory === undefined) throw invalidAufsLink();
    const source = await this.#open(childOf(this.#directory, base));
    try {
      const owner = await ownerOf(run, path, header);
      // QUIRK: the mapped ids stay in the header, so that a second link maps them once more.
      const mapped = { ...header, uid: BigInt(owner.uid), gid: BigInt(owner.gid) };
      this.#headers.set(base, mapped);
      await createEntry(run, path, mapped, owner, (file) => this.#copy(source, file));
    } finally {
      await source.close();
    }
  }

  /** Removes the temporary directory. */
  async remove(): Promise<void> {
    if (this.#directory !== undefined) await clearWay(this.#run, this.#directory, false);
  }

  async #open(path: string): Promise<FileHandle> {
    return told('open', path, async () => {
      const { directory, name } = await this.#run.tree.place(path);
      return directory.openat(name, OPEN.READ_ONLY | OPEN.NO_FOLLOW, 0);
    });
  }

  async #copy(from: FileHandle, to: FileHandle): Promise<void> {
    const buffer = new Uint8Array(BLOCK_BYTES);
    for (;;) {
      const length = await from.read(buffer);
      if (length === 0) return;
      await writeAll(to, buffer.subarray(0, length));
      if (this.#run.pacer.isDue()) await this.#run.pacer.rest();
    }
  }

  async #makeDirectory(): Promise<string> {
    const { tree, ports } = this.#run;
    for (let tries = 0; ; tries++) {
      const digits = (await ports.random.bytes(4)).join('');
      const path = `/temp-docker-extract${digits}`;
      try {
        await tree.root.mkdirat(fromBytePath(path.slice(1)), 0o700);
        return path;
      } catch (error) {
        if (!isErrno(error, 'EEXIST') || tries >= NAME_TRIES_MAX) throw error;
      }
    }
  }
}
