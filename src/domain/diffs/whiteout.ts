import { GraphDriverError } from '../errors.js';
import { goQuote } from '../go/quote.js';
import type { FileStat } from '../host/file-stat.js';
import { FILE_TYPE } from '../host/file-type.js';
import { concatBytes, decodeUtf8, encodeUtf8, equalBytes } from '../utf8.js';

/**
 * Begins the name of a whiteout in an archive.
 *
 * @source moby pkg/archive/whiteouts.go WhiteoutPrefix
 * @public
 * @since 0.1.0
 */
export const WHITEOUT_PREFIX = '.wh.';

/**
 * Begins the names that carry aufs metadata in an archive.
 *
 * @source moby pkg/archive/whiteouts.go WhiteoutMetaPrefix
 * @public
 * @since 0.1.0
 */
export const META_PREFIX = '.wh..wh.';

/**
 * Names the aufs directory of hard link sources in an archive.
 *
 * @source moby pkg/archive/whiteouts.go WhiteoutLinkDir
 * @public
 * @since 0.1.0
 */
export const META_LINK_DIR = '.wh..wh.plnk';

/**
 * Names the entry that makes the directory holding it opaque.
 *
 * @source moby pkg/archive/whiteouts.go WhiteoutOpaqueDir
 * @public
 * @since 0.1.0
 */
export const OPAQUE_NAME = '.wh..wh..opq';

/**
 * Names the attribute that makes a directory of an overlay layer opaque.
 *
 * @source moby pkg/archive/archive_linux.go; Linux fs/overlayfs
 * @public
 * @since 0.1.0
 */
export const OPAQUE_XATTR = 'trusted.overlay.opaque';

/**
 * The one value of {@link OPAQUE_XATTR} that counts, as text.
 *
 * @source moby pkg/archive/archive_linux.go; Linux fs/overlayfs
 * @public
 * @since 0.1.0
 */
export const OPAQUE_VALUE = 'y';

const PREFIX_BYTES = encodeUtf8(WHITEOUT_PREFIX);
const OPAQUE_NAME_BYTES = encodeUtf8(OPAQUE_NAME);
const OPAQUE_VALUE_BYTES = encodeUtf8(OPAQUE_VALUE);

/**
 * A whiteout that names no file of its directory. The message is `invalid whiteout name <%q>`.
 *
 * @public
 * @since 0.1.0
 */
export class InvalidWhiteoutError extends GraphDriverError {
  readonly baseName: string;

  constructor(baseName: string) {
    super('invalid-whiteout', `invalid whiteout name ${goQuote(baseName)}`);
    this.baseName = baseName;
  }
}

/**
 * What the base name of an archive entry stands for: a file, the opaque mark of its directory, or
 * the deletion of the name `hidden`.
 *
 * @public
 * @since 0.1.0
 */
export type WhiteoutKind =
  | { readonly kind: 'none' }
  | { readonly kind: 'opaque' }
  | { readonly kind: 'whiteout'; readonly hidden: Uint8Array };

/**
 * Decides what the base name of an archive entry stands for.
 *
 * QUIRK: `.wh.`, `.wh..` and `.wh...` hide `''`, `.` and `..`, which name a directory when joined
 * one would have expected them to be refused.
 *
 * @param baseName - the last component of the entry's cleaned name.
 * @throws {@link InvalidWhiteoutError} when degenerate names are refused and it is one.
 * @source moby pkg/archive/archive_linux.go ConvertRead, pkg/archive/diff.go UnpackLayer
 * @public
 * @since 0.1.0
 */
export function classifyWhiteout(
  baseName: Uint8Array,
  rules: { readonly refuseDegenerate: boolean },
): WhiteoutKind {
  if (!isWhiteoutName(baseName)) return { kind: 'none' };
  if (equalBytes(baseName, OPAQUE_NAME_BYTES)) return { kind: 'opaque' };
  const hidden = baseName.subarray(PREFIX_BYTES.length);
  if (rules.refuseDegenerate && ['', '.', '..'].includes(decodeUtf8(hidden))) {
    throw new InvalidWhiteoutError(decodeUtf8(baseName));
  }
  return { kind: 'whiteout', hidden };
}

/**
 * Tells whether a base name begins as a whiteout's, so that a file of that name can't travel.
 *
 * @source moby pkg/archive/whiteouts.go
 * @public
 * @since 0.1.0
 */
export function isWhiteoutName(baseName: Uint8Array): boolean {
  return equalBytes(baseName.subarray(0, PREFIX_BYTES.length), PREFIX_BYTES);
}

/**
 * Gives the name that hides another in an archive.
 *
 * @param hidden - one path component.
 * @source moby pkg/archive/archive_linux.go ConvertWrite, pkg/archive/changes.go ExportChanges
 * @public
 * @since 0.1.0
 */
export function whiteoutName(hidden: Uint8Array): Uint8Array {
  return concatBytes(PREFIX_BYTES, hidden);
}

/**
 * Tells whether a file of an overlay layer is a whiteout: a character device 0:0.
 *
 * @source moby pkg/archive/archive_linux.go ConvertWrite; Linux fs/overlayfs
 * @public
 * @since 0.1.0
 */
export function isWhiteoutDevice(
  stat: Pick<FileStat, 'mode' | 'rdevMajor' | 'rdevMinor'>,
): boolean {
  const isCharacter = (stat.mode & FILE_TYPE.MASK) === FILE_TYPE.CHARACTER;
  return isCharacter && stat.rdevMajor === 0 && stat.rdevMinor === 0;
}

/**
 * Tells whether a value of {@link OPAQUE_XATTR} makes its directory opaque: exactly `y` does.
 *
 * @source moby pkg/archive/archive_linux.go ConvertWrite; Linux fs/overlayfs
 * @public
 * @since 0.1.0
 */
export function isOpaqueValue(value: Uint8Array): boolean {
  return equalBytes(value, OPAQUE_VALUE_BYTES);
}
