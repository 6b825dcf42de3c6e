import { GraphDriverError, messageOf } from '../errors.js';
import { goUnquote } from '../go/quote.js';
import { decodeUtf8, utf8ByteLength } from '../utf8.js';

/** The longest line, without its newline, that Go's scanner gives out. */
const LINE_BYTES_MAX = 64 * 1024 - 1;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Where the fixed fields lie; optional ones follow up to a lone `-`. */
const FIELD = { ID: 0, PARENT: 1, DEVICE: 2, ROOT: 3, MOUNT_POINT: 4, OPTIONS: 5, OPTIONAL: 6 };
const FIELDS_MIN = 10;

/**
 * One mount of the table. Numbers that do not parse are 0.
 *
 * @public
 * @since 0.1.0
 */
export interface MountInfo {
  readonly id: number;
  readonly parent: number;
  readonly major: number;
  readonly minor: number;
  /** The root of the mount within its file system, unescaped. */
  readonly root: string;
  /** Unescaped. */
  readonly mountPoint: string;
  readonly options: string;
  /** The first optional field, `''` for none. */
  readonly optional: string;
  readonly fsType: string;
  readonly source: string;
  readonly superOptions: string;
}

/**
 * Tells of a mount point whether its entry is wanted; `last` wants it and no entry after it, so
 * that the rest of the table is not looked at.
 *
 * @public
 * @since 0.1.0
 */
export type MountFilter = (mountPoint: string) => boolean | 'last';

/**
 * A mount table that does not parse.
 *
 * @public
 * @since 0.1.0
 */
export class MountInfoError extends GraphDriverError {
  constructor(subject: string, what: string, options?: ErrorOptions) {
    super('mount-info', `Parsing '${subject}' failed: ${what}`, options);
  }
}

/**
 * Parses the text of `/proc/self/mountinfo`.
 *
 * QUIRK: the kernel leaves `"` as it is, and a mount point is unescaped as a Go string literal: one
 * foreign mount point with a quote fails the whole table.
 * QUIRK: a line of 64 KiB or more ends the table without an error, as Go's scanner does; one would
 * have expected the scanner's error to be returned.
 *
 * @param table - the bytes of the file; what is not UTF-8 becomes U+FFFD.
 * @param keep - which entries are wanted; left out, all are. The fields after the separator are
 *   only checked for those.
 * @throws {@link MountInfoError} at the first line that is not as it should be.
 * @source moby pkg/mount/mountinfo_linux.go parseInfoFile
 * @public
 * @since 0.1.0
 */
export function parseMountInfo(
  table: Uint8Array,
  keep: MountFilter = () => true,
): readonly MountInfo[] {
  const entries: MountInfo[] = [];
  for (let start = 0; start < table.length;) {
    const newline = table.indexOf(NEWLINE, start);
    const end = newline === -1 ? table.length : newline;
    if (end - start > LINE_BYTES_MAX) break;

    const isCrlf = table[end - 1] === CARRIAGE_RETURN;
    const line = decodeUtf8(table.subarray(start, isCrlf ? end - 1 : end));
    start = end + 1;
    const fields = line.split(' ');
    const head = parseHead(line, fields);
    const wanted = keep(head.mountPoint);
    if (wanted === false) continue;
    entries.push({ ...head, ...parseTail(line, fields) });
    if (wanted === 'last') break;
  }
  return entries;
}

/**
 * Tells whether a mount point lies at or below a directory.
 *
 * QUIRK: unless whole components are compared, `/x/p2` lies below `/x/p`.
 *
 * @source moby pkg/mount/mountinfo.go PrefixFilter
 * @public
 * @since 0.1.0
 */
export function isMountPointUnder(
  mountPoint: string,
  target: string,
  rules: { readonly wholeComponents: boolean },
): boolean {
  if (!rules.wholeComponents) return mountPoint.startsWith(target);
  const below = target.endsWith('/') ? target : `${target}/`;
  return mountPoint === target || mountPoint.startsWith(below);
}

/**
 * Gives the mount points at or below a directory in the order in which they are unmounted.
 *
 * @returns mount points, longest first by bytes; one mounted over twice comes twice.
 * @source moby pkg/mount/mount.go RecursiveUnmount
 * @public
 * @since 0.1.0
 */
export function mountPointsUnder(
  entries: readonly MountInfo[],
  target: string,
  rules: { readonly wholeComponents: boolean },
): readonly string[] {
  return entries
    .map((entry) => entry.mountPoint)
    .filter((mountPoint) => isMountPointUnder(mountPoint, target, rules))
    .sort((a, b) => utf8ByteLength(b) - utf8ByteLength(a));
}

type Head = Pick<
  MountInfo,
  'id' | 'parent' | 'major' | 'minor' | 'root' | 'mountPoint' | 'options'
>;

function parseHead(line: string, fields: readonly string[]): Head {
  if (fields.length < FIELDS_MIN) {
    throw new MountInfoError(line, `not enough fields (${fields.length})`);
  }
  const device = field(fields, FIELD.DEVICE).split(':');
  if (device.length !== 2) {
    throw new MountInfoError(line, `unexpected minor:major pair [${device.join(' ')}]`);
  }
  return {
    id: parseNumber(field(fields, FIELD.ID)),
    parent: parseNumber(field(fields, FIELD.PARENT)),
    major: parseNumber(field(device, 0)),
    minor: parseNumber(field(device, 1)),
    root: unquoteField(field(fields, FIELD.ROOT), 'root field'),
    mountPoint: unquoteField(field(fields, FIELD.MOUNT_POINT), 'mount point field'),
    options: field(fields, FIELD.OPTIONS),
  };
}

function parseTail(line: string, fields: readonly string[]): Omit<MountInfo, keyof Head> {
  const separator = fields.indexOf('-', FIELD.OPTIONAL);
  if (separator === -1) throw new MountInfoError(line, "missing separator ('-')");
  if (separator + 4 > fields.length) {
    throw new MountInfoError(line, 'not enough fields after a separator');
  }
  return {
    optional: separator === FIELD.OPTIONAL ? '' : field(fields, FIELD.OPTIONAL),
    fsType: field(fields, separator + 1),
    source: field(fields, separator + 2),
    superOptions: field(fields, separator + 3),
  };
}

function unquoteField(text: string, what: string): string {
  // Without a backslash or a quote there is nothing to undo; this spares most of the work.
  if (!/[\\"]/.test(text)) return text;
  try {
    return goUnquote(`"${text}"`);
  } catch (error) {
    throw new MountInfoError(text, `unable to unquote ${what}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Reads a whole number as Go's `Atoi` whose error nobody looks at. */
function parseNumber(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

function field(fields: readonly string[], at: number): string {
  return fields[at] ?? '';
}
