/**
 * Shows how compressed archives are recognised, decompressed and refused. The zstd frames were
 * written by zstd 1.5.
 */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { detectFormat, openArchive } from '../../../src/cli/archive-input.js';
import { GraphDriverError } from '../../../src/domain/errors.js';
import { withMessage } from '../../helpers/with-message.js';

const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64');

const HELLO = 'hello zstd\n';
const LINES = 'a line of text that repeats\n'.repeat(200).slice(0, 5000);
const HELLO_ZST = fromBase64('KLUv/SQLWQAAaGVsbG8genN0ZApsV/lR');
const LINES_ZST = fromBase64(
  'KLUv/WSIEiUBAOBhIGxpbmUgb2YgdGV4dCB0aGF0IHJlcGVhdHMKAQCkzffTCc3C0vc=',
);
const LINES_STREAMED_ZST = fromBase64(
  'KLUv/QRYJQEA4GEgbGluZSBvZiB0ZXh0IHRoYXQgcmVwZWF0cwoBAKTN99MJzcLS9w==',
);
const LINES_UNCHECKED_ZST = fromBase64(
  'KLUv/WCIEiUBAOBhIGxpbmUgb2YgdGV4dCB0aGF0IHJlcGVhdHMKAQCkzffTCQ==',
);
const EMPTY_ZST = fromBase64('KLUv/SQAAQAAmenYUQ==');
const EMPTY_UNCHECKED_ZST = fromBase64('KLUv/SAAAQAA');
const SKIPPED = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const ZERO_BLOCK = [0x01, 0x00, 0x00];

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield Uint8Array.from(bytes.subarray(at, at + pieceBytes));
  }
}

async function decompress(bytes: Uint8Array, pieceBytes = 7): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of await openArchive(inPieces(bytes, pieceBytes))) {
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts).toString();
}

test.each([
  ['a plain archive', Buffer.from(LINES), LINES],
  ['an archive of a few bytes', Buffer.from('abc'), 'abc'],
  ['nothing', Buffer.from(''), ''],
  ['gzip', gzipSync(LINES), LINES],
  ['two gzip members', Buffer.concat([gzipSync(HELLO), gzipSync(LINES)]), HELLO + LINES],
  ['a zstd frame with a checksum', LINES_ZST, LINES],
  ['a zstd frame without content size', LINES_STREAMED_ZST, LINES],
  ['a zstd frame without checksum', LINES_UNCHECKED_ZST, LINES],
  ['an empty zstd frame', EMPTY_ZST, ''],
  ['an empty zstd frame without checksum', EMPTY_UNCHECKED_ZST, ''],
  [
    'zstd frames among skippable ones',
    Buffer.concat([SKIPPED, HELLO_ZST, EMPTY_UNCHECKED_ZST, SKIPPED, LINES_ZST, SKIPPED]),
    HELLO + LINES,
  ],
])('gives the content of %s, whatever pieces it comes in', async (_, bytes, expected) => {
  for (const pieceBytes of [1, 2, 3, 7, 64, 100_000]) {
    expect(await decompress(bytes, pieceBytes)).toBe(expected);
  }
});

test('decodes many small zstd frames', async () => {
  const many = Buffer.concat(Array.from({ length: 20_000 }, () => HELLO_ZST));

  expect(await decompress(many, 1_000_000)).toBe(HELLO.repeat(20_000));
});

test.each([
  ['bzip2', Buffer.from('BZh91AY&SY')],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00])],
])('refuses %s before anything is read', async (format, bytes) => {
  await expect(openArchive(inPieces(bytes, 100))).rejects.toThrow(
    withMessage(`the archive is compressed with ${format}: decompress it with ${format} first`),
  );
});

test.each([
  ['one byte above 8 MiB as a single segment', [0xa0, 0x01, 0x00, 0x80, 0x00], '9 MiB'],
  ['128 MiB by its descriptor', [0x00, 0x88], '128 MiB'],
  ['9 MiB by its descriptor', [0x00, 0x69], '9 MiB'],
  ['more than any memory', [0xe0, 0, 0, 0, 0, 0, 0, 0, 0x80], '8796093022208 MiB'],
])('refuses a window of %s before anything is applied', async (_, rest, asked) => {
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...rest, ...ZERO_BLOCK]);

  await expect(openArchive(inPieces(frame, 100))).rejects.toThrow(
    `zstd: the archive needs a window of ${asked}, and at most 8 MiB are taken`,
  );
});

test('takes a window of exactly 8 MiB', async () => {
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x68, ...ZERO_BLOCK]);

  expect(await decompress(frame)).toBe('');
});

test('refuses the window of a further frame when it comes to it', async () => {
  const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, ...ZERO_BLOCK]);

  await expect(decompress(Buffer.concat([HELLO_ZST, wide]))).rejects.toThrow('128 MiB');
});

test.each([
  ['a zstd frame cut short', LINES_ZST.subarray(0, 20), 'zstd: unexpected end'],
  ['a zstd header cut short', LINES_ZST.subarray(0, 6), 'zstd: unexpected end'],
  ['a checksum cut short', LINES_ZST.subarray(0, -1), 'zstd: unexpected end'],
  ['a skippable frame cut short', SKIPPED.subarray(0, 10), 'zstd: unexpected end'],
  [
    'text behind a zstd frame',
    Buffer.concat([HELLO_ZST, Buffer.from('garbage')]),
    'zstd: there is something else after the last frame',
  ],
  [
    'a wrong checksum',
    flipped(LINES_ZST, -1),
    'zstd: the checksum does not match: the archive is damaged',
  ],
  [
    'a changed byte of content',
    flipped(HELLO_ZST, 10),
    'zstd: the checksum does not match: the archive is damaged',
  ],
  [
    'a content of another length than was said',
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x05, ...ZERO_BLOCK]),
    'zstd: the content is not as long as the frame says: the archive is damaged',
  ],
  [
    'a block above 128 KiB',
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x68, 0xfb, 0xff, 0xff, 0]),
    'zstd: a block is too large',
  ],
  ['gzip cut short', gzipSync(LINES).subarray(0, -9), 'gzip: unexpected end'],
  ['gzip with a wrong checksum', flipped(gzipSync(LINES), -8), 'gzip: incorrect data check'],
])('refuses %s', async (_, bytes, message) => {
  await expect(decompress(bytes)).rejects.toThrow(withMessage(message));
});

test('gives no wrong content for a changed byte of a checked zstd frame, and ends', async () => {
  const wrong: number[] = [];
  // Without its magic number it would be a plain file.
  for (let at = 4; at < LINES_ZST.length; at++) {
    const outcome = await decompress(flipped(LINES_ZST, at)).catch((error: unknown) => error);
    // One bit of the header means nothing.
    const isTold = outcome instanceof GraphDriverError && outcome.code === 'compression';
    if (outcome !== LINES && !isTold) wrong.push(at);
  }

  expect(wrong).toEqual([]);
});

test('tells a failure of the source as one of reading', async () => {
  const failing = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(LINES);
    throw Object.assign(new Error('EIO: i/o error, read'), { errno: -5, code: 'EIO' });
  };

  const read = async (): Promise<void> => {
    for await (const part of await openArchive(failing())) expect(part.length).toBe(5000);
  };

  await expect(read()).rejects.toThrow(withMessage('read standard input: input/output error'));
});

test.each([
  ['tar', Buffer.from('a/b')],
  ['gzip', Buffer.from([0x1f, 0x8b, 0x08])],
  ['zstd', Buffer.from([0x50, 0x2a, 0x4d, 0x18])],
  ['zstd', Buffer.from([0x5f, 0x2a, 0x4d, 0x18])],
  ['tar', Buffer.from([0x60, 0x2a, 0x4d, 0x18])],
  ['tar', Buffer.from([0x1f, 0x8b])],
])('takes a beginning for %s', (format, start) => {
  expect(detectFormat(start)).toBe(format);
});

function flipped(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const index = at < 0 ? copy.length + at : at;
  copy.writeUInt8((copy.readUInt8(index) ^ 0x10) & 0xff, index);
  return copy;
}
