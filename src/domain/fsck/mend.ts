/**
 * One change to a home that puts something right and loses nothing: each can be undone from what
 * it says itself. Paths are relative to the home.
 *
 * @public
 * @since 0.1.0
 */
export type Mend =
  | {
      readonly kind: 'write-file';
      readonly path: string;
      /** Content before; null where there was no file. */
      readonly before: string | null;
      readonly after: string;
      /** Permission bits of a new file. */
      readonly mode: number;
    }
  | {
      readonly kind: 'write-symlink';
      readonly path: string;
      /** Target before; null where there was no symlink. */
      readonly before: string | null;
      /** Target after; null where the symlink goes. */
      readonly after: string | null;
    }
  | MakeDirectory
  | {
      readonly kind: 'remove-directory';
      /** An empty directory. */
      readonly path: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | {
      readonly kind: 'set-aside';
      /** What is moved, with all that is in it, to a directory beside the home. */
      readonly path: string;
    };

/**
 * Makes a directory that is missing.
 *
 * @public
 * @since 0.1.0
 */
export interface MakeDirectory {
  readonly kind: 'make-directory';
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Says in a few words what a mend does.
 *
 * @public
 * @since 0.1.0
 */
export function describeMend(mend: Mend): string {
  const { path } = mend;
  switch (mend.kind) {
    case 'write-file': {
      const after = JSON.stringify(mend.after);
      if (mend.before === null) return `write ${path} with ${after}`;
      return `write ${path} again: ${JSON.stringify(mend.before)} becomes ${after}`;
    }
    case 'write-symlink':
      if (mend.after === null) return `remove the symlink ${path} -> ${String(mend.before)}`;
      if (mend.before === null) return `make the symlink ${path} -> ${mend.after}`;
      return `lead the symlink ${path} to ${mend.after} instead of ${mend.before}`;
    case 'make-directory':
      return `make the directory ${path}`;
    case 'remove-directory':
      return `remove the empty directory ${path}`;
    case 'set-aside':
      return `move ${path} out of the home, beside it`;
  }
}
