import { z } from 'zod';
import { TYPE, ZERO_TIME } from '../../../domain/diffs/tar/header.js';
import { TarReader } from '../../../domain/diffs/tar/tar-reader.js';
import { encodeHeader } from '../../../domain/diffs/tar/write-header.js';
import { concatBytes, encodeUtf8 } from '../../../domain/utf8.js';
import { type Case, type RuleGroup, ruleFunction } from '../rule-group.js';
import { bytesOf, fromBase64, toBase64 } from './alphabet.js';
import { HEADER, headerOf, type HeaderText, PLAIN_HEADER, tellHeader } from './header-text.js';

const BLOCK = 512;
const END = new Uint8Array(2 * BLOCK);

const ENTRY = z.strictObject({ header: HEADER, data: z.string() });

const text = (value: string): string => toBase64(encodeUtf8(value));

function entry(changed: Partial<HeaderText>, data: string): Uint8Array {
  const content = bytesOf(data);
  const header = headerOf({ ...PLAIN_HEADER, size: String(content.length), ...changed });
  const padding = new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK);
  return concatBytes(encodeHeader(header), content, padding);
}

/** Writes over a part of a header block and puts its sum right. */
function patched(block: Uint8Array, offset: number, bytes: string, sums = true): Uint8Array {
  const copy = block.slice();
  copy.set(bytesOf(bytes), offset);
  if (!sums) return copy;
  copy.set(bytesOf(' '.repeat(8)), 148);
  const sum = copy.subarray(0, BLOCK).reduce((all, byte) => all + byte, 0);
  copy.set(bytesOf(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return copy;
}

const GNU = 'ustar  \0';

/** A GNU long name and the file that it is of. */
function gnuLong(file: Uint8Array, typeflag: number, name: string): Uint8Array {
  const long = entry({ typeflag: TYPE.REG, name: text('././@LongLink') }, `${name}\0`);
  const link = patched(patched(long, 156, String.fromCharCode(typeflag)), 257, GNU);
  return concatBytes(link, patched(file, 257, GNU));
}

type Row = readonly [what: string, archive: Uint8Array];

function archives(): readonly Row[] {
  const file = entry({}, 'abc');
  const other = entry({ name: text('g') }, 'x');
  return [...plainArchives(file, other), ...numbers(file), ...kinds(file)];
}

/** Archives of ordinary entries, whole and cut short. */
function plainArchives(file: Uint8Array, other: Uint8Array): readonly Row[] {
  return [
    ['nothing', new Uint8Array()],
    ['the end alone', END],
    ['one zero block', new Uint8Array(BLOCK)],
    ['a file', concatBytes(file, END)],
    ['no end', file],
    ['two files', concatBytes(file, other, END)],
    ['a file after the end', concatBytes(file, END, other)],
    ['one zero block between files', concatBytes(file, new Uint8Array(BLOCK), other, END)],
    ['half of a header', file.subarray(0, 300)],
    ['a header without its data', file.subarray(0, BLOCK)],
    ['data without its padding', file.subarray(0, BLOCK + 3)],
    ['data cut short', file.subarray(0, BLOCK + 2)],
  ];
}

/** Numbers of every form. */
function numbers(file: Uint8Array): readonly Row[] {
  return [
    ['a wrong sum', concatBytes(patched(file, 0, 'X', false), END)],
    ['a sum that is no number', concatBytes(patched(file, 148, 'garbage\0', false), END)],
    ['a size that is no number', concatBytes(patched(file, 124, '0000000z003\0'), END)],
    ['a size in base 256', concatBytes(patched(file, 124, `\x80${'\0'.repeat(10)}\x03`), END)],
    ['a negative size', concatBytes(patched(file, 124, '\xff'.repeat(12)), END)],
    ['a size beyond 63 bits', concatBytes(patched(file, 124, `\x80${'\xff'.repeat(11)}`), END)],
    ['a user in base 256', concatBytes(patched(file, 108, '\x80\0\0\0\x7f\xff\xff\xff'), END)],
    ['a user of blanks', concatBytes(patched(file, 108, '       \0'), END)],
    ['digits between blanks', concatBytes(patched(file, 108, '   17  \0'), END)],
    ['something after a NUL', concatBytes(patched(file, 108, '17\0xyz\0\0'), END)],
  ];
}

/** Headers of every kind. */
function kinds(file: Uint8Array): readonly Row[] {
  const long = entry({ name: text('n'.repeat(150)) }, 'abc');
  return [
    ['an old header without magic', concatBytes(patched(file, 257, '\0'.repeat(8)), END)],
    ['a header of GNU tar', concatBytes(patched(file, 257, GNU), END)],
    ['a GNU long name', concatBytes(gnuLong(file, TYPE.GNU_LONG_NAME, 'n'.repeat(120)), END)],
    ['a GNU long link', concatBytes(gnuLong(file, TYPE.GNU_LONG_LINK, 't'.repeat(120)), END)],
    ['a PAX path', concatBytes(long, END)],
    ['a PAX header alone', concatBytes(long.subarray(0, 2 * BLOCK), END)],
    ['a PAX record cut short', concatBytes(patchedData(long, '999'), END)],
    ['a PAX record without a length', concatBytes(patchedData(long, 'xxx'), END)],
    ['a PAX time', concatBytes(entry({ mtime: { seconds: '1', nanoseconds: 5 } }, 'a'), END)],
    [
      'an old type with a slash',
      concatBytes(patched(entry({ typeflag: TYPE.DIR, name: text('d/') }, ''), 156, '\0'), END),
    ],
    ['an old type without a slash', concatBytes(patched(file, 156, '\0'), END)],
    [
      'a directory with a size',
      concatBytes(
        patched(
          entry({ typeflag: TYPE.DIR, name: text('d/'), size: '0' }, ''),
          124,
          '00000000003\0',
        ),
        END,
      ),
    ],
    [
      'a hard link with a size',
      concatBytes(entry({ typeflag: TYPE.LINK, linkname: text('a'), size: '0' }, ''), END),
    ],
    ['an unknown type', concatBytes(patched(file, 156, 'Z'), END)],
    ['a global header', concatBytes(globalHeader(), file, END)],
    [
      'an empty attribute',
      concatBytes(entry({ records: [[text('SCHILY.xattr.user.a'), '']] }, ''), END),
    ],
    [
      'an attribute',
      concatBytes(entry({ records: [[text('SCHILY.xattr.user.a'), text('v')]] }, ''), END),
    ],
    [
      'a prefix',
      concatBytes(entry({ name: text(`${'p'.repeat(90)}/${'n'.repeat(60)}`) }, ''), END),
    ],
    ['names that fill their field', concatBytes(entry({ name: text('n'.repeat(100)) }, ''), END)],
    ['garbage', bytesOf('garbage'.repeat(100))],
  ];
}

/** Puts something else in place of the length that the first PAX record begins with. */
function patchedData(archive: Uint8Array, bytes: string): Uint8Array {
  const copy = archive.slice();
  copy.set(bytesOf(bytes), BLOCK);
  return copy;
}

function globalHeader(): Uint8Array {
  const { seconds, nanoseconds } = ZERO_TIME;
  return encodeHeader(
    headerOf({
      ...PLAIN_HEADER,
      typeflag: TYPE.PAX_GLOBAL,
      name: '',
      size: '0',
      mode: '0',
      uname: '',
      gname: '',
      mtime: { seconds: seconds.toString(), nanoseconds },
      records: [[text('comment'), text('of all')]],
    }),
  );
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function readAll(archive: Uint8Array): Promise<z.infer<typeof ENTRY>[]> {
  const reader = new TarReader(once(archive));
  const entries: z.infer<typeof ENTRY>[] = [];
  for (;;) {
    const header = await reader.next();
    if (header === undefined) return entries;
    const parts: Uint8Array[] = [];
    for (let part = await reader.read(); part !== undefined; part = await reader.read()) {
      parts.push(part.slice());
    }
    entries.push({ header: tellHeader(header), data: toBase64(concatBytes(...parts)) });
  }
}

function* cases(): Generator<Case<{ readonly archive: string }>> {
  for (const [comment, archive] of archives()) {
    yield { input: { archive: toBase64(archive) }, comment, flags: ['needs-bytes'] };
  }
}

/** Archives as Go’s reader takes them. */
export const TAR_ARCHIVES: RuleGroup = {
  rule: 'tar-archives',
  source: 'Go archive/tar Reader',
  functions: [
    ruleFunction({
      name: 'ReadAll',
      source: 'Go archive/tar Reader.Next, Reader.Read',
      why: 'What one reader takes for damage another one takes for an empty layer',
      input: z.strictObject({ archive: z.string() }),
      value: z.array(ENTRY),
      run: ({ archive }) => readAll(fromBase64(archive)),
      cases,
    }),
  ],
};
