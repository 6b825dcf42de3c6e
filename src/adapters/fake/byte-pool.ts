import { memfs, type IProcess } from 'memfs';

/** memfs opens no more files a volume than 10,000. */
const FILES_MAX = 9_000;

/** A process that is the same everywhere, so that memfs asks the host for no user. */
const PROCESS: IProcess = {
  getuid: () => 0,
  getgid: () => 0,
  cwd: () => '/',
  platform: 'linux',
  emitWarning: () => undefined,
  env: {},
};

type MemFs = ReturnType<typeof memfs>['fs'];

/** What a finaliser needs to open the same memfs file again. */
interface Descriptor {
  readonly fs: MemFs;
  readonly fd: number;
}

/**
 * The bytes of one inode: an open file of memfs, which nobody else writes. What lies behind
 * `length` reads as zero bytes.
 *
 * @internal
 */
export class ByteFile {
  /** Who may write in place; anyone else takes a copy. */
  owner: object;
  /** Bytes that memfs holds. */
  length = 0;
  readonly #descriptor: Descriptor;

  constructor(descriptor: Descriptor, owner: object) {
    this.#descriptor = descriptor;
    this.owner = owner;
  }

  /** Fills a buffer from a position with what is held, and tells how much that was. */
  read(position: number, buffer: Uint8Array): number {
    const { fs, fd } = this.#descriptor;
    const length = Math.min(buffer.length, this.length - position);
    return length <= 0 ? 0 : fs.readSync(fd, buffer, 0, length, position);
  }

  /** Writes at a position; a gap before it is filled with zero bytes. */
  write(position: number, bytes: Uint8Array, length: number): void {
    const { fs, fd } = this.#descriptor;
    fs.writeSync(fd, bytes, 0, length, position);
    if (position + length > this.length) this.length = position + length;
  }

  /** Drops what lies behind a length. */
  truncate(length: number): void {
    if (length >= this.length) return;
    this.#descriptor.fs.ftruncateSync(this.#descriptor.fd, length);
    this.length = length;
  }
}

/**
 * Open memfs files for reuse: opening one costs fifty times a write to it. All forks of a machine
 * share a pool. A file comes back when its inode dies, or, since forks are dropped without a word,
 * when the last of them that knows it is collected.
 *
 * @internal
 */
export class BytePool {
  readonly #free: ByteFile[] = [];
  readonly #collected: FinalizationRegistry<Descriptor>;
  #fs: MemFs | undefined;
  #opened = 0;

  constructor() {
    this.#collected = new FinalizationRegistry((descriptor) => {
      descriptor.fs.ftruncateSync(descriptor.fd, 0);
      this.#free.push(this.#wrap(descriptor, this));
    });
  }

  /** Gives an empty file. */
  take(owner: object): ByteFile {
    const file = this.#free.pop();
    if (file === undefined) return this.#wrap(this.#open(), owner);
    file.owner = owner;
    return file;
  }

  /** Takes back a file that no inode has any more. */
  give(file: ByteFile): void {
    file.truncate(0);
    file.owner = this;
    this.#free.push(file);
  }

  /** Gives a file with the same bytes. */
  copy(file: ByteFile, owner: object): ByteFile {
    const copy = this.take(owner);
    if (file.length === 0) return copy;
    const bytes = new Uint8Array(file.length);
    file.read(0, bytes);
    copy.write(0, bytes, bytes.length);
    return copy;
  }

  #open(): Descriptor {
    if (this.#fs === undefined || this.#opened >= FILES_MAX) {
      this.#fs = memfs({}, { process: PROCESS, cwd: '/' }).fs;
      this.#opened = 0;
    }
    const fs = this.#fs;
    return { fs, fd: fs.openSync(`/${this.#opened++}`, 'w+') };
  }

  #wrap(descriptor: Descriptor, owner: object): ByteFile {
    const file = new ByteFile(descriptor, owner);
    this.#collected.register(file, descriptor);
    return file;
  }
}
