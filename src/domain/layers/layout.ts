import { goJoin } from '../go/path.js';

/**
 * Names the directory of the home that holds one symlink a layer.
 *
 * @source moby overlay2/overlay.go linkDir
 * @public
 * @since 0.1.0
 */
export const LINK_DIR = 'l';

/**
 * Names a layer's own content directory.
 *
 * @source moby overlay2/overlay.go diffDirName
 * @public
 * @since 0.1.0
 */
export const DIFF = 'diff';

/**
 * Names a layer's overlayfs scratch directory, and the one that the kernel makes inside it.
 *
 * @source moby overlay2/overlay.go workDirName
 * @public
 * @since 0.1.0
 */
export const WORK = 'work';

/**
 * Names a layer's mountpoint.
 *
 * @source moby overlay2/overlay.go mergedDirName
 * @public
 * @since 0.1.0
 */
export const MERGED = 'merged';

/**
 * Names the file that holds a layer's chain of lowers.
 *
 * @source moby overlay2/overlay.go lowerFile
 * @public
 * @since 0.1.0
 */
export const LOWER = 'lower';

/**
 * Names the file that holds a layer's link id.
 *
 * @source moby overlay2/overlay.go create
 * @public
 * @since 0.1.0
 */
export const LINK = 'link';

/**
 * Names the marker of a layer that has been a parent.
 *
 * @source moby overlay2/overlay.go create
 * @public
 * @since 0.1.0
 */
export const COMMITTED = 'committed';

/**
 * Names the marker of a layer whose archive was not applied to its end; profile strict alone
 * writes it.
 *
 * @public
 * @since 0.1.0
 */
export const INCOMPLETE = 'incomplete';

/**
 * Names the block device node that quota calls go through, in the home.
 *
 * @source moby quota/projectquota.go makeBackingFsDev
 * @public
 * @since 0.1.0
 */
export const BACKING_FS_DEVICE = 'backingFsBlockDev';

/**
 * Begins the name of the native-diff probe's directory.
 *
 * @source moby overlay2/check.go doesSupportNativeDiff
 * @public
 * @since 0.1.0
 */
export const NATIVE_DIFF_PROBE_PREFIX = 'opaque-bug-check';

/**
 * Begins the name of the multiple-lower probe's directory.
 *
 * @source moby overlay2/check.go supportsMultipleLowerDir
 * @public
 * @since 0.1.0
 */
export const MULTIPLE_LOWER_PROBE_PREFIX = 'multiple-lowerdir-check';

/**
 * Begins the name of the directory in which 20.10 tries an overlay before it starts.
 *
 * @source moby 20.10 overlayutils/overlayutils.go SupportsOverlay
 * @public
 * @since 0.1.0
 */
export const SUPPORT_PROBE_PREFIX = 'check-overlayfs-support';

/**
 * Begins the name of the d_type probe's file.
 *
 * @source moby pkg/fsutils/fsutils_linux.go SupportsDType
 * @public
 * @since 0.1.0
 */
export const D_TYPE_PROBE_PREFIX = 'fsutils-dummy';

/**
 * Begins the temporary name under which profile strict makes a layer.
 *
 * @public
 * @since 0.1.0
 */
export const CREATE_PREFIX = '.create-';

/**
 * Begins the temporary name under which profile strict takes a layer apart.
 *
 * @public
 * @since 0.1.0
 */
export const REMOVE_PREFIX = '.remove-';

/**
 * Lists what the names of the driver's own temporary entries in the home begin with.
 *
 * @public
 * @since 0.1.0
 */
export const TEMPORARY_PREFIXES: readonly string[] = Object.freeze([
  NATIVE_DIFF_PROBE_PREFIX,
  MULTIPLE_LOWER_PROBE_PREFIX,
  D_TYPE_PROBE_PREFIX,
  CREATE_PREFIX,
  REMOVE_PREFIX,
]);

/**
 * The paths of one layer, below the home and cleaned.
 *
 * @public
 * @since 0.1.0
 */
export interface LayerPaths {
  readonly dir: string;
  readonly diff: string;
  readonly work: string;
  readonly merged: string;
  readonly link: string;
  readonly lower: string;
  readonly committed: string;
  readonly incomplete: string;
}

/**
 * Gives the paths of a layer. Joining is lexical, so an id with `..` may lead out of the home.
 *
 * @param home - the driver's root directory.
 * @param id - a layer id, checked or not.
 * @source moby overlay2/overlay.go dir, Get, create
 * @public
 * @since 0.1.0
 */
export function layerPaths(home: string, id: string): LayerPaths {
  const dir = goJoin(home, id);
  return {
    dir,
    diff: goJoin(dir, DIFF),
    work: goJoin(dir, WORK),
    merged: goJoin(dir, MERGED),
    link: goJoin(dir, LINK),
    lower: goJoin(dir, LOWER),
    committed: goJoin(dir, COMMITTED),
    incomplete: goJoin(dir, INCOMPLETE),
  };
}

/**
 * Gives what a layer's symlink in the link directory points at.
 *
 * @returns `../<id>/diff`, cleaned.
 * @source moby overlay2/overlay.go create
 * @public
 * @since 0.1.0
 */
export function linkTarget(id: string): string {
  return goJoin('..', id, DIFF);
}

/**
 * Gives the path of a symlink in the link directory.
 *
 * @param home - the driver's root directory.
 * @param link - a link id, or whatever a `link` file holds.
 * @source moby overlay2/overlay.go create, Remove
 * @public
 * @since 0.1.0
 */
export function linkPath(home: string, link: string): string {
  return goJoin(home, LINK_DIR, link);
}

/**
 * Gives the directory that a symlink of the link directory leads to. The join is lexical: an
 * absolute target lands below the link directory too.
 *
 * @param home - the driver's root directory.
 * @param target - what `readlink` gave.
 * @source moby overlay2/overlay.go getLowerDirs
 * @public
 * @since 0.1.0
 */
export function linkedDirectory(home: string, target: string): string {
  return goJoin(home, LINK_DIR, target);
}
