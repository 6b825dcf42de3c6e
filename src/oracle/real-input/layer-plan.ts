import { isErrno } from '../../domain/errors.js';
import { decodeByteText, encodeByteText } from '../../domain/diffs/tar/byte-text.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { FileStat } from '../../domain/host/file-stat.js';
import type { Directory } from '../../ports/file-system.js';
import { baseName, parentPath } from './byte-text-path.js';

/** One thing that a layer brings. */
export interface PlannedEntry {
  /** In the layer: a byte text without a leading slash. */
  readonly path: string;
  /** Where it is taken from: a byte text from the root of the host. */
  readonly source: string;
  readonly stat: FileStat;
}

/** What one layer is made from; entries are sorted, parents come first. */
export interface LayerPlan {
  readonly id: string;
  /** Where it comes from, for people. */
  readonly origin: string;
  readonly entries: readonly PlannedEntry[];
}

/**
 * Makes layers from lists of paths of the host. Each path lands where the host's own symlinked
 * directories put it, and brings its parents along. What is not there any more is left out.
 *
 * @internal
 */
export class LayerPlanner {
  readonly #host: Directory;
  readonly #stats = new Map<string, FileStat | undefined>();

  constructor(host: Directory) {
    this.#host = host;
  }

  /**
   * Plans a layer.
   *
   * @param prefix - what is taken off the paths of the host, `''` for nothing.
   */
  async plan(id: string, origin: string, paths: Iterable<string>, prefix = ''): Promise<LayerPlan> {
    const wanted = new Set<string>();
    for (const path of paths) {
      const real = await this.#realPath(path);
      for (let at = real; at !== prefix && at !== ''; at = parentPath(at)) wanted.add(at);
    }
    const entries: PlannedEntry[] = [];
    for (const source of [...wanted].sort(byComponents)) {
      const stat = await this.#stat(source);
      if (stat === undefined || !isArchived(stat)) continue;
      const path = prefix === '' ? source : source.slice(prefix.length + 1);
      entries.push({ path, source, stat });
    }
    return { id, origin, entries };
  }

  /** Follows symlinks among the parents, as the package manager did when it unpacked. */
  async #realPath(path: string): Promise<string> {
    const parent = parentPath(path);
    if (parent === '') return path;
    const real = await this.#realPath(parent);
    const stat = await this.#stat(real);
    if (stat === undefined || (stat.mode & FILE_TYPE.MASK) !== FILE_TYPE.SYMLINK) {
      return `${real}/${baseName(path)}`;
    }
    const target = await this.#targetOf(real);
    const followed = target.startsWith('/') ? target.slice(1) : joined(parentPath(real), target);
    return `${await this.#realPath(followed)}/${baseName(path)}`;
  }

  async #targetOf(path: string): Promise<string> {
    const directory = await this.#host.resolve(encodeByteText(parentPath(path)));
    try {
      return decodeByteText(await directory.readlinkat(encodeByteText(baseName(path))));
    } finally {
      await directory.close();
    }
  }

  async #stat(path: string): Promise<FileStat | undefined> {
    if (!this.#stats.has(path)) this.#stats.set(path, await this.#lstat(path));
    return this.#stats.get(path);
  }

  async #lstat(path: string): Promise<FileStat | undefined> {
    let directory: Directory | undefined;
    try {
      directory = await this.#host.resolve(encodeByteText(parentPath(path)));
      return await directory.lstatat(encodeByteText(baseName(path)));
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    } finally {
      await directory?.close();
    }
  }
}

/** A socket has no form in an archive. */
function isArchived(stat: FileStat): boolean {
  return (stat.mode & FILE_TYPE.MASK) !== FILE_TYPE.SOCKET;
}

function joined(directory: string, relative: string): string {
  const parts = directory === '' ? [] : directory.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Parents before children, and each directory's content together. */
function byComponents(a: string, b: string): number {
  const [x, y] = [a.split('/'), b.split('/')];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p = '', q = ''] = [x[i], y[i]];
    if (p !== q) return p < q ? -1 : 1;
  }
  return x.length - y.length;
}
