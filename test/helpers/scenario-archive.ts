/** Archives of scenarios: times from the clock are masked, and a difference is told by header. */
import type { Buffer } from 'node:buffer';
import { showBytes } from './scenario-text.js';

const BLOCK = 512;
const MTIME = { at: 136, length: 12 };
const CHECKSUM = { at: 148, length: 8 };
const SIZE = { at: 124, length: 12 };
/** Where the fields of a header begin. */
const FIELDS: readonly (readonly [at: number, name: string])[] = [
  [0, 'name'],
  [100, 'mode'],
  [108, 'uid'],
  [116, 'gid'],
  [124, 'size'],
  [136, 'mtime'],
  [148, 'checksum'],
  [156, 'type'],
  [157, 'link name'],
  [257, 'magic'],
  [265, 'user name'],
  [297, 'group name'],
  [329, 'major'],
  [337, 'minor'],
  [345, 'prefix'],
];

/**
 * Sets to zero, in place, every modification time that was taken from the clock while the scenario
 * ran, and those of the given names, and mends the checksums.
 *
 * @returns the names it masked.
 */
export function maskTimes(
  archive: Buffer,
  startSeconds: number,
  names: readonly string[],
): string[] {
  const masked: string[] = [];
  for (const header of headersOf(archive)) {
    const name = showBytes(header.subarray(0, nameLength(header)));
    // A whiteout of the naive differ carries its moment rounded to the nearest second.
    if (octal(header, MTIME) < startSeconds - 1 && !names.includes(name)) continue;
    header.write('00000000000\0', MTIME.at, 'latin1');
    const sum = checksum(header).toString(8).padStart(6, '0');
    header.write(`${sum}\0 `, CHECKSUM.at, 'latin1');
    masked.push(name);
  }
  return masked;
}

/** Tells where two archives first differ; undefined when they are the same. */
export function describeArchiveDifference(expected: Buffer, actual: Buffer): string | undefined {
  if (expected.equals(actual)) return undefined;
  let at = 0;
  while (at < Math.min(expected.length, actual.length) && expected[at] === actual[at]) at += 1;
  const where = locate(expected, at);
  const around = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1', at, at + 40));
  const lengths = `${expected.length} bytes expected, ${actual.length} given`;
  return `byte ${at} (${where}): expected ${around(expected)}, got ${around(actual)}; ${lengths}`;
}

function locate(archive: Buffer, at: number): string {
  let start = 0;
  let number = 0;
  for (const header of headersOf(archive)) {
    start = header.byteOffset - archive.byteOffset;
    if (at < start + BLOCK && at >= start) {
      const field = FIELDS.filter(([from]) => from <= at - start).at(-1)?.[1];
      const name = header.toString('latin1', 0, nameLength(header));
      return `field "${field}" of header ${number}, ${name}`;
    }
    number += 1;
  }
  return `after header ${number - 1}`;
}

function* headersOf(archive: Buffer): Generator<Buffer> {
  for (let at = 0; at + BLOCK <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return;
    yield header;
    at += BLOCK + Math.ceil(octal(header, SIZE) / BLOCK) * BLOCK;
  }
}

function nameLength(header: Buffer): number {
  const end = header.indexOf(0);
  return end < 0 || end > 100 ? 100 : end;
}

function octal(header: Buffer, { at, length }: { at: number; length: number }): number {
  const text = header
    .toString('latin1', at, at + length)
    .replaceAll('\0', ' ')
    .trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : 0;
}

function checksum(header: Buffer): number {
  let sum = 0;
  for (const [index, byte] of header.entries()) {
    const own = index >= CHECKSUM.at && index < CHECKSUM.at + CHECKSUM.length;
    sum += own ? 0x20 : byte;
  }
  return sum;
}
