/**
 * Establishes that a mount table written as the kernel writes it is read back, and that unmounting
 * order never takes a parent before what lies in it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mountPointsUnder, parseMountInfo } from '../../../../src/domain/mounts/mount-info.js';

const ESCAPED: Readonly<Record<string, string>> = {
  ' ': '\\040',
  '\t': '\\011',
  '\n': '\\012',
  '\\': '\\134',
};

/** Any path but one with a quote, which the kernel leaves bare, or a NUL. */
const paths = fc
  .array(
    fc
      .string({ unit: fc.oneof(fc.constantFrom(' ', '\t', '\n', '\\', 'a', 'b'), fc.string()) })
      .map((text) => text.replaceAll(/["\0/\r]/g, '_')),
    { minLength: 1, maxLength: 4 },
  )
  .map((components) => `/${components.join('/')}`);

function kernelLine(mountPoint: string): string {
  const escaped = mountPoint.replaceAll(/[ \t\n\\]/g, (unit) => ESCAPED[unit] ?? unit);
  return `1 1 0:1 / ${escaped} rw - tmpfs tmpfs rw\n`;
}

function table(mountPoints: readonly string[]): Uint8Array {
  return new TextEncoder().encode(mountPoints.map(kernelLine).join(''));
}

describe('a mount table', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.array(paths, { maxLength: 10 }), (mountPoints) => {
        const entries = parseMountInfo(table(mountPoints));

        expect(entries.map((entry) => entry.mountPoint)).toStrictEqual(mountPoints);
      }),
    );
  });

  it('is unmounted from the inside out, and whole components find no more than prefixes do', () => {
    fc.assert(
      fc.property(fc.array(paths, { maxLength: 10 }), paths, (mountPoints, target) => {
        const entries = parseMountInfo(table([...mountPoints, target, `${target}/x`]));
        const loose = mountPointsUnder(entries, target, { wholeComponents: false });
        const exact = mountPointsUnder(entries, target, { wholeComponents: true });

        for (const [at, mountPoint] of exact.entries()) {
          const earlier = exact.slice(0, at);
          expect(earlier.some((other) => mountPoint.startsWith(`${other}/`))).toBe(false);
        }
        expect(exact).toContain(target);
        expect(exact).toContain(`${target}/x`);
        expect(exact.every((mountPoint) => loose.includes(mountPoint))).toBe(true);
        const neighbours = loose.filter((mountPoint) => !exact.includes(mountPoint));
        expect(neighbours.every((other) => other[target.length] !== '/')).toBe(true);
      }),
    );
  });
});
