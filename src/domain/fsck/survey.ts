import type { MountInfo } from '../mounts/mount-info.js';

/**
 * What a name in a directory is.
 *
 * @public
 * @since 0.1.0
 */
export type EntryKind = 'directory' | 'file' | 'symlink' | 'block' | 'other';

/**
 * One name in a directory, and what `lstat` told of it.
 *
 * @public
 * @since 0.1.0
 */
export interface SurveyEntry {
  readonly name: string;
  readonly kind: EntryKind;
  /** Permission bits, without the type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** Device and inode number as `dev:ino`. */
  readonly file: string;
  /** Whether the name is UTF-8; another one cannot be told exactly and is never mended. */
  readonly isText: boolean;
}

/**
 * One symlink of the link directory, or whatever else lies there.
 *
 * @public
 * @since 0.1.0
 */
export interface SurveyLink extends SurveyEntry {
  /** What `readlink` gave; undefined for anything but a symlink. */
  readonly target: string | undefined;
}

/**
 * An attribute of overlayfs in a layer's own files.
 *
 * @public
 * @since 0.1.0
 */
export interface SurveyMark {
  readonly attribute: string;
  /** Relative to the home. */
  readonly path: string;
  readonly value: string;
}

/**
 * One directory of the home that may be a layer.
 *
 * @public
 * @since 0.1.0
 */
export interface SurveyLayer extends SurveyEntry {
  readonly entries: ReadonlyMap<string, SurveyEntry>;
  /** Content of `link`; undefined where there is no such regular file. */
  readonly link: string | undefined;
  /** Content of `lower`; undefined where there is no such regular file. */
  readonly lower: string | undefined;
  /** How many names the directory `merged` holds, 0 without one; mounted ones are not looked at. */
  readonly mergedNames: number;
  readonly marks: readonly SurveyMark[];
}

/**
 * A layer that is mounted in another mount namespace of this machine.
 *
 * @public
 * @since 0.1.0
 */
export interface MountElsewhere {
  /** A process there. */
  readonly pid: number;
  /** The layer's directory, as `dev:ino`. */
  readonly file: string;
}

/**
 * Everything that one look at a home tells: names, modes, the driver's own small files, mounts.
 *
 * @public
 * @since 0.1.0
 */
export interface StoreSurvey {
  /** Absolute. */
  readonly home: string;
  readonly homeEntry: SurveyEntry;
  /** Every name in the home, in byte order. */
  readonly entries: readonly SurveyEntry[];
  /** Undefined where the link directory is missing or is no directory. */
  readonly links: readonly SurveyLink[] | undefined;
  /** Directories with a name that a layer may have, in byte order. */
  readonly layers: readonly SurveyLayer[];
  /** Mounts at or below the home in this mount namespace. */
  readonly mounts: readonly MountInfo[];
  readonly elsewhere: readonly MountElsewhere[];
  /** Bytes of a page. */
  readonly pageSizeBytes: number;
  /** Whether drivers ask for `index=off` on this kernel. */
  readonly indexOff: boolean;
  readonly backingFs: string;
}
