import { ERRNO } from '../../domain/go/errno.js';

/** Majors have 12 bits in the kernel, minors 20. */
const MAJOR_MAX = 0xfff;
const MINOR_MAX = 0xfffff;

/**
 * Packs device numbers as `mknod` takes them.
 *
 * @returns the number, or negative EINVAL for what the kernel cannot hold.
 * @source Linux include/linux/kdev_t.h new_encode_dev
 * @internal
 */
export function encodeDevice(major: number, minor: number): number {
  if (!isWithin(major, MAJOR_MAX) || !isWithin(minor, MINOR_MAX)) return -ERRNO.EINVAL;
  return ((minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
