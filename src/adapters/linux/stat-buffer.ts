import type { FileStat, Timestamp } from '../../domain/host/file-stat.js';

/** STATX_BASIC_STATS: all that `stat` tells. */
const BASIC_STATS = 0x7ff;
/** `struct statx` is 256 bytes. */
const STATX_BYTES = 256;

/**
 * Memory for one `struct statx`.
 *
 * @source Linux include/uapi/linux/stat.h
 * @internal
 */
export class StatBuffer {
  static readonly mask = BASIC_STATS;
  readonly bytes = new Uint8Array(STATX_BYTES);
  readonly #view = new DataView(this.bytes.buffer);

  /** Gives what the last call left here. */
  decode(): FileStat {
    const view = this.#view;
    return {
      mode: view.getUint16(28, true),
      uid: view.getUint32(20, true),
      gid: view.getUint32(24, true),
      // Majors have 12 bits, so that the packed number is exact as a double.
      dev: BigInt(view.getUint32(136, true) * 0x1_0000_0000 + view.getUint32(140, true)),
      ino: view.getBigUint64(32, true),
      nlink: view.getUint32(16, true),
      rdevMajor: view.getUint32(128, true),
      rdevMinor: view.getUint32(132, true),
      size: view.getBigInt64(40, true),
      atime: decodeTime(view, 64),
      mtime: decodeTime(view, 112),
      ctime: decodeTime(view, 96),
    };
  }
}

function decodeTime(view: DataView, at: number): Timestamp {
  return { seconds: view.getBigInt64(at, true), nanoseconds: view.getUint32(at + 8, true) };
}
