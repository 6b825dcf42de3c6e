import { GraphDriverError } from '../errors.js';
import { goJoin } from '../go/path.js';
import { DIFF, MERGED, WORK } from '../layers/layout.js';
import { utf8ByteLength } from '../utf8.js';
import { formatMountLabel } from './mount-label.js';
import { escapeLayerOption, escapeLowerdir } from './overlay-escape.js';

/**
 * Mount data that exceeds a page even with relative paths.
 *
 * @source moby overlay2/overlay.go Get
 * @public
 * @since 0.1.0
 */
export class LabelTooLargeError extends GraphDriverError {
  readonly lengthBytes: number;

  constructor(lengthBytes: number) {
    super('label-too-large', `cannot mount layer, mount label too large ${lengthBytes}`);
    this.lengthBytes = lengthBytes;
  }
}

/**
 * The layer that is to be mounted.
 *
 * @public
 * @since 0.1.0
 */
export interface MountSubject {
  readonly home: string;
  readonly id: string;
  /** Entries of the `lower` file, uppermost first. */
  readonly lowers: readonly string[];
  /** A committed layer: its own `diff` becomes the uppermost lower. */
  readonly readOnly: boolean;
}

/**
 * What mount data is built from.
 *
 * @public
 * @since 0.1.0
 */
export interface MountDataParts extends MountSubject {
  /** Whether the kernel knows `index=off`. */
  readonly indexOff: boolean;
  /** SELinux label, `''` for none. */
  readonly label: string;
  /** Whether `:` `,` `\` in paths are escaped; the seed escapes none. */
  readonly escape: boolean;
}

/**
 * The directories of an overlay, unescaped; upper and work are absent in a read-only one.
 *
 * @public
 * @since 0.1.0
 */
export interface OverlayDirectories {
  /** Uppermost first. */
  readonly lowers: readonly string[];
  readonly upper?: string;
  readonly work?: string;
}

/**
 * Which lengths of mount data fit: `moby-2019` compares with the whole page, `nul-counted`
 * leaves the last byte to the NUL, `unlimited` is for the new mount API.
 *
 * @public
 * @since 0.1.0
 */
export type PageRule = 'moby-2019' | 'nul-counted' | 'unlimited';

/**
 * How a layer gets mounted. Paths in data and target are relative to `cwd` where it is given.
 *
 * @public
 * @since 0.1.0
 */
export type MountForm =
  | { readonly form: 'absolute'; readonly data: string; readonly target: string }
  | {
      readonly form: 'relative';
      readonly data: string;
      readonly target: string;
      readonly cwd: string;
    };

/**
 * Gives the directories of a layer's overlay below the home.
 *
 * @source moby overlay2/overlay.go Get
 * @public
 * @since 0.1.0
 */
export function absoluteDirectories(subject: MountSubject): OverlayDirectories {
  const { home, id, lowers, readOnly } = subject;
  const dir = goJoin(home, id);
  const below = lowers.map((entry) => goJoin(home, entry));
  return arrange(dir, below, readOnly);
}

/**
 * Gives the option string of a mount by absolute paths.
 *
 * @source moby overlay2/overlay.go Get
 * @public
 * @since 0.1.0
 */
export function absoluteMountData(parts: MountDataParts): string {
  return formatMountData(absoluteDirectories(parts), parts);
}

/**
 * Gives the option string of a mount by paths relative to the home; entries of `lower` are taken
 * as they are.
 *
 * @source moby overlay2/overlay.go Get
 * @public
 * @since 0.1.0
 */
export function relativeMountData(parts: MountDataParts): string {
  return formatMountData(arrange(parts.id, parts.lowers, parts.readOnly), parts);
}

/**
 * Decides how a layer gets mounted: by absolute paths where these fit in a page, else by relative
 * ones.
 *
 * @param parts - the layer, the page size in bytes, and the rule that compares with it.
 * @throws {@link LabelTooLargeError} when the relative form does not fit either; its number is the
 *   length of that form in bytes.
 * @source moby overlay2/overlay.go Get
 * @public
 * @since 0.1.0
 */
export function decideMountForm(
  parts: MountDataParts & { readonly pageSizeBytes: number; readonly pageRule: PageRule },
): MountForm {
  const { home, id, pageSizeBytes, pageRule } = parts;
  const lengthMax = dataBytesMax(pageSizeBytes, pageRule);

  const absolute = absoluteMountData(parts);
  if (utf8ByteLength(absolute) <= lengthMax) {
    return { form: 'absolute', data: absolute, target: goJoin(home, id, MERGED) };
  }

  const relative = relativeMountData(parts);
  const lengthBytes = utf8ByteLength(relative);
  if (lengthBytes > lengthMax) throw new LabelTooLargeError(lengthBytes);
  return { form: 'relative', data: relative, target: goJoin(id, MERGED), cwd: home };
}

/**
 * QUIRK: by the rule of 2019 data may fill the page, so that the kernel puts its NUL over the last
 * byte and reads a shorter path; one would have expected one byte less.
 */
function dataBytesMax(pageSizeBytes: number, rule: PageRule): number {
  if (rule === 'unlimited') return Infinity;
  return rule === 'nul-counted' ? pageSizeBytes - 1 : pageSizeBytes;
}

function arrange(dir: string, below: readonly string[], readOnly: boolean): OverlayDirectories {
  const diff = goJoin(dir, DIFF);
  if (readOnly) return { lowers: [diff, ...below] };
  return { lowers: below, upper: diff, work: goJoin(dir, WORK) };
}

/**
 * QUIRK: without `escape` a `:` or `,` in the home breaks every mount; one would have
 * expected the kernel's escapes.
 */
function formatMountData(directories: OverlayDirectories, parts: MountDataParts): string {
  const { indexOff, label, escape } = parts;
  const { lowers, upper, work } = directories;
  const lowerdir = (escape ? lowers.map(escapeLowerdir) : lowers).join(':');
  const options = [
    ...(indexOff ? ['index=off'] : []),
    `lowerdir=${lowerdir}`,
    ...(upper === undefined ? [] : [`upperdir=${escape ? escapeLayerOption(upper) : upper}`]),
    ...(work === undefined ? [] : [`workdir=${escape ? escapeLayerOption(work) : work}`]),
  ];
  return formatMountLabel(options.join(','), label);
}
