import { isErrno } from '../../domain/errors.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { decodeUtf8 } from '../../domain/utf8.js';
import type { Directory, FileSystem } from '../../ports/file-system.js';
import { sortedNames } from './compare-merged.js';

const LETTER_OF: ReadonlyMap<number, string> = new Map([
  [FILE_TYPE.DIRECTORY, 'dir'],
  [FILE_TYPE.REGULAR, 'reg'],
  [FILE_TYPE.SYMLINK, 'lnk'],
  [FILE_TYPE.CHARACTER, 'chr'],
]);
const PERMISSIONS = 0o7777;
const CONTENT_BYTES_MAX = 4096;
const LINK_ID = /[A-Z2-7]{26}/g;

/**
 * Lists what is on disk at and below a directory, link ids renamed to L1, L2 … as they come up.
 *
 * @returns lines such as `reg 0644 base/link "L1"`, in byte order of paths.
 * @internal
 */
export class HomeListing {
  readonly #links = new Map<string, string>();

  /** Lists one directory of the home; `depth` is how many levels below it are told. */
  async list(files: FileSystem, home: string, path: string, depth: number): Promise<string[]> {
    const lines: string[] = [];
    const root = await files.openRoot(path === '' ? home : `${home}/${path}`);
    try {
      const { mode } = await root.fstat();
      lines.push(`dir ${octal(mode)} ${path === '' ? '.' : path}`);
      await this.#walk(root, path, depth, lines);
    } finally {
      await root.close();
    }
    return lines;
  }

  /** Gives a text with its link ids renamed. */
  rename(text: string): string {
    return text.replaceAll(LINK_ID, (link) => {
      const name = this.#links.get(link) ?? `L${this.#links.size + 1}`;
      this.#links.set(link, name);
      return name;
    });
  }

  async #walk(directory: Directory, path: string, depth: number, lines: string[]): Promise<void> {
    for (const [key, name] of await sortedNames(directory)) {
      const below = path === '' ? key : `${path}/${key}`;
      const { mode } = await directory.lstatat(name);
      const type = mode & FILE_TYPE.MASK;
      const letter = LETTER_OF.get(type) ?? 'other';
      const tail = await this.#tail(directory, name, type);
      lines.push(`${letter} ${octal(mode)} ${this.rename(below)}${tail}`);
      if (type !== FILE_TYPE.DIRECTORY || depth === 0) continue;
      const inner = await directory.opendirat(name);
      try {
        await this.#walk(inner, below, depth - 1, lines);
      } finally {
        await inner.close();
      }
    }
  }

  async #tail(directory: Directory, name: Uint8Array, type: number): Promise<string> {
    if (type === FILE_TYPE.SYMLINK) {
      return ` -> ${this.rename(decodeUtf8(await directory.readlinkat(name)))}`;
    }
    if (type === FILE_TYPE.REGULAR) {
      return ` ${JSON.stringify(this.rename(await contentOf(directory, name)))}`;
    }
    if (type === FILE_TYPE.DIRECTORY && (await isOpaque(directory, name))) return ' opaque';
    return '';
  }
}

async function contentOf(directory: Directory, name: Uint8Array): Promise<string> {
  const file = await directory.openat(name, OPEN.READ_ONLY, 0);
  try {
    const buffer = new Uint8Array(CONTENT_BYTES_MAX);
    return decodeUtf8(buffer.subarray(0, await file.read(buffer)));
  } finally {
    await file.close();
  }
}

async function isOpaque(directory: Directory, name: Uint8Array): Promise<boolean> {
  try {
    return decodeUtf8(await directory.lgetxattrat(name, 'trusted.overlay.opaque')) === 'y';
  } catch (error) {
    if (isErrno(error, 'ENODATA', 'ENOTSUP')) return false;
    throw error;
  }
}

function octal(mode: number): string {
  return (mode & PERMISSIONS).toString(8).padStart(4, '0');
}
