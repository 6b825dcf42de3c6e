/** Establishes that a host which cannot be called is refused in one sentence, when it is asked. */
import { expect, test } from 'vitest';
import { openNativeLibrary } from '../../../../src/adapters/linux/native.js';

test.each([
  ['darwin', 'arm64', 'and this is darwin on arm64'],
  ['win32', 'x64', 'and this is win32 on x64'],
  ['linux', 'riscv64', 'and this is linux on riscv64'],
])('refuses %s on %s', (platform, arch, told) => {
  const text = `the linux adapter needs Linux on x64 or arm64, ${told}`;

  expect(() => openNativeLibrary(platform, arch)).toThrow(
    expect.objectContaining({ code: 'host', message: text }),
  );
});
