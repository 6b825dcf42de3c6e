import type { Directory, FileHandle } from '../../ports/file-system.js';

/**
 * What the kernel gave a new file.
 *
 * @internal
 */
export interface Given {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
}

const PERMISSIONS = 0o7777;

/**
 * Remembers what new files of a directory get from the kernel: owner, group and mode follow from
 * the process, its umask and the directory (setgid bit, default ACL) alone. One look at the first
 * file tells for all others whether they need `fchown` and `fchmod`.
 *
 * @internal
 */
export class NewFiles {
  #byDirectory = new WeakMap<Directory, Map<number, Given>>();

  /** Gives what a file just opened in a directory with a mode has been given. */
  of(directory: Directory, mode: number): Given | undefined {
    return this.#byDirectory.get(directory)?.get(mode);
  }

  /** Looks at a file just opened. */
  async look(directory: Directory, mode: number, file: FileHandle): Promise<Given> {
    const stat = await file.fstat();
    const given = { uid: stat.uid, gid: stat.gid, mode: stat.mode & PERMISSIONS };
    const known = this.#byDirectory.get(directory) ?? new Map<number, Given>();
    this.#byDirectory.set(directory, known.set(mode, given));
    return given;
  }

  /** To be told when an existing directory got another mode, owner or attribute. */
  forget(): void {
    this.#byDirectory = new WeakMap();
  }
}
