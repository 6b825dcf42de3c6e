import { isErrno } from '../../domain/errors.js';
import { encodeByteText } from '../../domain/diffs/tar/byte-text.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { encodeUtf8 } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import { baseName, parentPath } from './byte-text-path.js';
import { Divergence } from './divergence.js';
import type { PlannedEntry } from './layer-plan.js';
import { SPECIAL } from './special-files.js';

/** What the edits work on: files of real packages, spread over the whole tree. */
export interface EditSubjects {
  /** Regular files with one name, by path. */
  readonly files: readonly string[];
  /** A directory to be replaced and one to be deleted, of real packages. */
  readonly directories: readonly [replaced: string, deleted: string];
}

/** How many files the edits need. */
const FILES_NEEDED = 12;

/**
 * Chooses what to edit, always the same from the same layers.
 *
 * @throws Error where the layers hold too little.
 * @internal
 */
export function chooseSubjects(entries: Iterable<PlannedEntry>): EditSubjects {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  const isReal = (entry: PlannedEntry): boolean => !entry.path.startsWith(SPECIAL.DIRECTORY);
  const isFile = ({ stat }: PlannedEntry): boolean =>
    (stat.mode & FILE_TYPE.MASK) === FILE_TYPE.REGULAR && stat.nlink === 1;

  const real = sorted.filter(isReal);
  const branches = new Set(real.filter(isDirectory).map(({ path }) => parentPath(path)));
  const holders = new Set(real.filter(isFile).map(({ path }) => parentPath(path)));
  const leaves = [...holders].filter((path) => !branches.has(path));
  const [replaced, deleted] = [leaves[0], leaves[Math.floor(leaves.length / 2)]];
  if (replaced === undefined || deleted === undefined || replaced === deleted) {
    throw new Error('too few directories to edit; ask for more layers');
  }
  const free = real.filter(isFile).filter(({ path }) => {
    return parentPath(path) !== replaced && parentPath(path) !== deleted;
  });
  if (free.length < FILES_NEEDED) throw new Error('too few files to edit; ask for more layers');
  const step = Math.floor(free.length / FILES_NEEDED);
  const files = Array.from({ length: FILES_NEEDED }, (_, i) => free[i * step]?.path ?? '');
  return { files, directories: [replaced, deleted] };
}

function isDirectory({ stat }: PlannedEntry): boolean {
  return (stat.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY;
}

/**
 * Changes a merged tree as a container would.
 *
 * @returns how many edits were made.
 * @internal
 */
export async function editTree(root: Directory, subjects: EditSubjects): Promise<number> {
  const editor = new Editor(root);
  const file = (i: number): string => subjects.files[i] ?? '';
  const [replaced, deleted] = subjects.directories;

  await editor.write(file(0), 'edited\n', OPEN.TRUNCATE);
  await editor.append(file(1), 'appended\n');
  await editor.unlink(file(2));
  await editor.unlink(file(3));
  await editor.chmod(file(4), 0o600);
  await editor.chown(file(5), 12, 34);
  await editor.rename(file(6), `${file(6)}.moved`);
  await editor.link(file(7), `${file(7)}.linked`);
  await editor.touch(file(8));
  await editor.replaceByDirectory(file(9));
  await editor.unlink(file(10));
  await editor.create(file(10), 'made again\n');
  await editor.symlink(`${parentPath(file(11))}/overlay2-ref-link`, baseName(file(11)));
  await editor.replaceDirectory(replaced);
  await editor.removeTree(deleted);

  await editor.expectRenameRefused(SPECIAL.DEEP, `${SPECIAL.DEEP}.moved`);
  await editor.removeTree(`${SPECIAL.DEEP}/deeper`);
  await editor.mkdir(`${SPECIAL.DEEP}/deeper`, 0o700);
  await editor.create(`${SPECIAL.DIRECTORY}/new-1`, 'new');
  await editor.link(`${SPECIAL.DIRECTORY}/new-1`, `${SPECIAL.DIRECTORY}/new-2`);
  await editor.mkdir(`${SPECIAL.DIRECTORY}/born`, 0o755);
  await editor.rename(`${SPECIAL.DIRECTORY}/born`, `${SPECIAL.DIRECTORY}/grown`);
  await editor.create(`${SPECIAL.DIRECTORY}/grown/file`, 'x');
  await editor.fifo(`${SPECIAL.DIRECTORY}/new-fifo`);
  return editor.edits;
}

/** Edits by path; each opens the parent afresh, as separate programs would. */
class Editor {
  edits = 0;
  readonly #root: Directory;

  constructor(root: Directory) {
    this.#root = root;
  }

  async write(path: string, text: string, flags: number): Promise<void> {
    await this.#in(path, async (parent, name) => {
      const handle = await parent.openat(name, OPEN.WRITE_ONLY | flags, 0o644);
      try {
        await handle.write(encodeUtf8(text));
      } finally {
        await handle.close();
      }
    });
  }

  create(path: string, text: string): Promise<void> {
    return this.write(path, text, OPEN.CREATE | OPEN.EXCLUSIVE);
  }

  async append(path: string, text: string): Promise<void> {
    await this.#in(path, async (parent, name) => {
      const { size } = await parent.lstatat(name);
      const handle = await parent.openat(name, OPEN.WRITE_ONLY, 0);
      try {
        await handle.lseek(size);
        await handle.write(encodeUtf8(text));
      } finally {
        await handle.close();
      }
    });
  }

  unlink(path: string): Promise<void> {
    return this.#in(path, (parent, name) => parent.unlinkat(name));
  }

  chmod(path: string, mode: number): Promise<void> {
    return this.#in(path, (parent, name) => parent.chmodat(name, mode));
  }

  chown(path: string, uid: number, gid: number): Promise<void> {
    return this.#in(path, (parent, name) => parent.lchownat(name, uid, gid));
  }

  touch(path: string): Promise<void> {
    const time = { seconds: 1_234_567_890n, nanoseconds: 0 };
    return this.#in(path, (parent, name) => parent.utimensat(name, time, time));
  }

  /** Both paths lie in one directory. */
  rename(from: string, to: string): Promise<void> {
    return this.#in(from, (parent, name) => parent.renameat(name, parent, nameOf(to)));
  }

  link(from: string, to: string): Promise<void> {
    return this.#in(from, (parent, name) => parent.linkat(parent, name, nameOf(to)));
  }

  symlink(path: string, target: string): Promise<void> {
    return this.#in(path, (parent, name) => parent.symlinkat(encodeByteText(target), name));
  }

  mkdir(path: string, mode: number): Promise<void> {
    return this.#in(path, (parent, name) => parent.mkdirat(name, mode));
  }

  fifo(path: string): Promise<void> {
    return this.#in(path, (parent, name) => parent.mknodat(name, FILE_TYPE.FIFO | 0o600, 0, 0));
  }

  async replaceByDirectory(path: string): Promise<void> {
    await this.unlink(path);
    await this.mkdir(path, 0o711);
    await this.create(`${path}/inside`, 'over a whiteout\n');
  }

  async replaceDirectory(path: string): Promise<void> {
    await this.removeTree(path);
    await this.mkdir(path, 0o755);
    await this.create(`${path}/only`, 'in a directory made again\n');
  }

  removeTree(path: string): Promise<void> {
    return this.#in(path, removeBelow);
  }

  /** A directory that lies in a lower layer does not move: its user has to copy it. */
  async expectRenameRefused(from: string, to: string): Promise<void> {
    try {
      await this.rename(from, to);
    } catch (error) {
      if (isErrno(error, 'EXDEV')) return;
      throw error;
    }
    throw new Divergence(`/${from}`, 'rename of a lower directory', 'EXDEV', 'success');
  }

  async #in(
    path: string,
    edit: (parent: Directory, name: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const parent = await this.#root.resolve(encodeByteText(parentPath(path)));
    try {
      await edit(parent, nameOf(path));
      this.edits += 1;
    } finally {
      await parent.close();
    }
  }
}

function nameOf(path: string): Uint8Array {
  return encodeByteText(baseName(path));
}

async function removeBelow(parent: Directory, name: Uint8Array): Promise<void> {
  const directory = await parent.opendirat(name);
  try {
    for (const entry of await directory.getdents()) {
      const { mode } = await directory.lstatat(entry.name);
      if ((mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY) {
        await removeBelow(directory, entry.name);
      } else await directory.unlinkat(entry.name);
    }
  } finally {
    await directory.close();
  }
  await parent.rmdirat(name);
}
