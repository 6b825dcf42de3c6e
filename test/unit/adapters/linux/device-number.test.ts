/** Establishes how device numbers are packed: the values are those of the kernel's `stat`. */
import { expect, test } from 'vitest';
import { encodeDevice } from '../../../../src/adapters/linux/device-number.js';

test.each([
  [0, 0, 0x0],
  [1, 3, 0x103],
  [8, 1, 0x801],
  [8, 256, 0x100800],
  [259, 70000, 0x11110370],
  [4095, 1048575, 0xffffffff],
])('packs %i:%i', (major, minor, packed) => {
  expect(encodeDevice(major, minor)).toBe(packed);
});

test.each([
  [4096, 0],
  [0, 1048576],
  [-1, 0],
  [0, -1],
  [0.5, 0],
  [0, NaN],
])('refuses %d:%d with EINVAL', (major, minor) => {
  expect(encodeDevice(major, minor)).toBe(-22);
});
