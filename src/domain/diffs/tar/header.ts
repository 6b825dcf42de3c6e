import type { Timestamp } from '../../host/file-stat.js';

/**
 * Type flags of tar entries, as bytes. The first twelve are POSIX's; `S`, `L` and `K` are GNU's.
 *
 * @public
 * @since 0.1.0
 */
export const TYPE = Object.freeze({
  /** NUL: a regular file of old archives; a directory when its name ends in a slash. */
  REG_OLD: 0x00,
  REG: 0x30,
  LINK: 0x31,
  SYMLINK: 0x32,
  CHAR: 0x33,
  BLOCK: 0x34,
  DIR: 0x35,
  FIFO: 0x36,
  CONTIGUOUS: 0x37,
  PAX: 0x78,
  PAX_GLOBAL: 0x67,
  GNU_SPARSE: 0x53,
  GNU_LONG_NAME: 0x4c,
  GNU_LONG_LINK: 0x4b,
});

/**
 * The PAX keyword prefix of extended attributes; the attribute's name follows it.
 *
 * @public
 * @since 0.1.0
 */
export const XATTR_PREFIX = 'SCHILY.xattr.';

/**
 * Go's zero time, 0001-01-01T00:00:00Z. Go takes it for "no time": an encoder writes it as 1970,
 * and a global PAX header is read back with it.
 *
 * @source Go 1.13 time.Time.IsZero
 * @public
 * @since 0.1.0
 */
export const ZERO_TIME: Timestamp = Object.freeze({ seconds: -62135596800n, nanoseconds: 0 });

/**
 * Tells whether a moment is Go's zero time.
 *
 * @source Go 1.13 time.Time.IsZero
 * @public
 * @since 0.1.0
 */
export function isZeroTime(time: Timestamp): boolean {
  return time.seconds === ZERO_TIME.seconds && time.nanoseconds === 0;
}

/**
 * One stretch of a sparse file.
 *
 * @public
 * @since 0.1.0
 */
export interface SparseEntry {
  /** Bytes from the start of the file. */
  readonly offset: bigint;
  /** Bytes. */
  readonly length: bigint;
}

/**
 * One entry of an archive, all extensions merged in. Names are the bytes of the archive. The
 * texts (`uname`, `gname`, the keys of `paxRecords`) are byte texts: see `decodeByteText`.
 *
 * @source Go 1.13 archive/tar Header
 * @public
 * @since 0.1.0
 */
export interface TarHeader {
  /** One of {@link TYPE}, or any other byte. */
  readonly typeflag: number;
  readonly name: Uint8Array;
  readonly linkname: Uint8Array;
  /** Bytes of the content, holes included. Types without data may have it, too. */
  readonly size: bigint;
  readonly mode: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly uname: string;
  readonly gname: string;
  readonly mtime: Timestamp;
  readonly atime?: Timestamp;
  readonly ctime?: Timestamp;
  readonly devmajor: bigint;
  readonly devminor: bigint;
  /** The entry's PAX records, among them the extended attributes under {@link XATTR_PREFIX}. */
  readonly paxRecords: ReadonlyMap<string, Uint8Array>;
  /** The holes of a sparse file, in order; undefined for other files. The last may be empty. */
  readonly holes?: readonly SparseEntry[];
}

/**
 * The PAX records of a header that has none.
 *
 * @internal
 */
export const NO_RECORDS: ReadonlyMap<string, Uint8Array> = new Map();

/**
 * Tells whether entries of a type have no data, whatever their size says.
 *
 * @source Go 1.13 archive/tar isHeaderOnlyType
 * @public
 * @since 0.1.0
 */
export function isHeaderOnlyType(typeflag: number): boolean {
  return typeflag >= TYPE.LINK && typeflag <= TYPE.FIFO;
}

/**
 * Gives the extended attributes of a header that was read, in the order of its records.
 *
 * QUIRK: a record with an empty value is no attribute: Go's reader passes over it, so that an
 * empty attribute that its own writer wrote is lost on the way back.
 *
 * @returns name (a byte text, without prefix) and value of each attribute.
 * @source Go 1.13 archive/tar mergePAX
 * @public
 * @since 0.1.0
 */
export function xattrsOf(header: Pick<TarHeader, 'paxRecords'>): [string, Uint8Array][] {
  const attributes: [string, Uint8Array][] = [];
  for (const [key, value] of header.paxRecords) {
    if (value.length === 0 || !key.startsWith(XATTR_PREFIX)) continue;
    attributes.push([key.slice(XATTR_PREFIX.length), value]);
  }
  return attributes;
}
