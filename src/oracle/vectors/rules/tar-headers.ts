import { z } from 'zod';
import { TYPE } from '../../../domain/diffs/tar/header.js';
import { encodeHeader } from '../../../domain/diffs/tar/write-header.js';
import { encodeUtf8 } from '../../../domain/utf8.js';
import { type Case, type RuleGroup, ruleFunction } from '../rule-group.js';
import { bytesOf, toBase64 } from './alphabet.js';
import { HEADER, headerOf, type HeaderText, PLAIN_HEADER } from './header-text.js';

const text = (value: string): string => toBase64(encodeUtf8(value));

/** A path of an exact length, with a slash after every so many characters. */
function path(length: number, every: number): string {
  const letter = (at: number): string => ((at + 1) % every === 0 ? '/' : 'n');
  return Array.from({ length }, (_, at) => letter(at)).join('');
}

type Row = readonly [what: string, header: Partial<HeaderText>];

const NAMES: readonly Row[] = [
  ['an empty name', { name: '' }],
  ['a directory with its slash', { typeflag: TYPE.DIR, name: text('d/') }],
  ['a directory without a slash', { typeflag: TYPE.DIR, name: text('d') }],
  ['a file with a slash at its end', { name: text('f/') }],
  ['a name with umlauts', { name: text('ä/ö') }],
  ['a name that is no text', { name: toBase64(bytesOf('a\xff')) }],
  ['a name with a newline', { name: text('a\nb') }],
  ['a name with NUL', { name: toBase64(bytesOf('a\0b')) }],
  ...[99, 100, 101].map((length): Row => {
    return [`a name of ${length} bytes without slashes`, { name: text(path(length, 1000)) }];
  }),
  ...[100, 101, 155, 156, 157, 200, 255, 256, 257].map((length): Row => {
    return [`a name of ${length} bytes, a slash at each 50th`, { name: text(path(length, 50)) }];
  }),
  ...[101, 102, 255, 256].map((length): Row => {
    return [`a name of ${length} bytes, a slash at the 101st`, { name: text(path(length, 101)) }];
  }),
  [
    'a long directory that ends in a slash',
    { typeflag: TYPE.DIR, name: text(`${path(120, 40)}/`) },
  ],
  ['a long name with one umlaut', { name: text(`${path(120, 40)}ä`) }],
];

const LINKS: readonly Row[] = [
  ['a symlink', { typeflag: TYPE.SYMLINK, linkname: text('../d') }],
  ['a hard link', { typeflag: TYPE.LINK, linkname: text('d/g') }],
  ['a symlink to nothing', { typeflag: TYPE.SYMLINK, linkname: '' }],
  ['a link name of 100 bytes', { typeflag: TYPE.SYMLINK, linkname: text('t'.repeat(100)) }],
  ['a link name of 101 bytes', { typeflag: TYPE.SYMLINK, linkname: text('t'.repeat(101)) }],
  ['a link name with slashes that is long', { typeflag: TYPE.LINK, linkname: text(path(150, 40)) }],
  ['a link name with umlauts', { typeflag: TYPE.SYMLINK, linkname: text('ä') }],
  ['a whiteout with a stale link name', { name: text('.wh.a'), linkname: text('.wh.b') }],
];

const NUMBERS: readonly Row[] = [
  ...['0', '2097151', '2097152', '4294967295', '-1'].map((uid): Row => [`user ${uid}`, { uid }]),
  ...['2097151', '2097152', '4294967294'].map((gid): Row => [`group ${gid}`, { gid }]),
  ...['0', '8589934591', '8589934592', '9223372036854775807', '-1'].map((size): Row => {
    return [`${size} bytes`, { size }];
  }),
  ...['0', '4095', '33188', '2097151', '2097152', '-1'].map((mode): Row => [
    `mode ${mode}`,
    { mode },
  ]),
  ['a device', { typeflag: TYPE.CHAR, devmajor: '1', devminor: '3', size: '0' }],
  ['a whiteout as a device', { typeflag: TYPE.CHAR, size: '0' }],
  ['a block device', { typeflag: TYPE.BLOCK, devmajor: '7', devminor: '0', size: '0' }],
  ['a device number too great', { typeflag: TYPE.CHAR, devmajor: '2097152', size: '0' }],
  ['a fifo', { typeflag: TYPE.FIFO, size: '0' }],
  ['a size where there is no data', { typeflag: TYPE.FIFO, size: '3' }],
  ['a size on a directory', { typeflag: TYPE.DIR, name: text('d/'), size: '4096' }],
];

const TIMES: readonly Row[] = [
  ...['0', '-1', '8589934591', '8589934592', '-62135596800', '253402300800'].map((seconds): Row => {
    return [`second ${seconds}`, { mtime: { seconds, nanoseconds: 0 } }];
  }),
  ...[1, 5, 999_999_999, 500_000_000, 100].map((nanoseconds): Row => {
    return [`${nanoseconds} nanoseconds`, { mtime: { seconds: '1569300000', nanoseconds } }];
  }),
  ['before 1970 with a fraction', { mtime: { seconds: '-2', nanoseconds: 250_000_000 } }],
  ['a time of access', { atime: { seconds: '5', nanoseconds: 0 } }],
  ['a time of change with a fraction', { ctime: { seconds: '5', nanoseconds: 7 } }],
];

const key = (name: string): string => text(`SCHILY.xattr.${name}`);

const OTHERS: readonly Row[] = [
  ['a capability', { records: [[key('security.capability'), 'AQAAAgAEAAAAAAAAAAAAAAAAAAA=']] }],
  ['an empty attribute', { records: [[key('user.a'), '']] }],
  [
    'two attributes, the second first',
    {
      records: [
        [key('user.b'), 'Yg=='],
        [key('user.a'), 'YQ=='],
      ],
    },
  ],
  ['an attribute whose value is no text', { records: [[key('user.a'), '/wAK']] }],
  ['an attribute with an equals sign', { records: [[key('user.a=b'), 'YQ==']] }],
  ['an attribute with umlauts', { records: [[key('user.ä'), 'YQ==']] }],
  ['a comment', { records: [[text('comment'), text('hello')]] }],
  ['a record of its own path', { records: [[text('path'), text('other')]] }],
  ['a sparse record', { records: [[text('GNU.sparse.major'), text('1')]] }],
  ['an owner of 32 bytes', { uname: text('u'.repeat(32)) }],
  ['an owner of 33 bytes', { uname: text('u'.repeat(33)) }],
  ['an owner with umlauts', { uname: text('jürgen') }],
  ['a group of 33 bytes', { gname: text('g'.repeat(33)) }],
  ['no owner', { uname: '', gname: '' }],
  ['the old type of files', { typeflag: TYPE.REG_OLD }],
  ['the old type of directories', { typeflag: TYPE.REG_OLD, name: text('d/') }],
  ['a contiguous file', { typeflag: TYPE.CONTIGUOUS }],
  ['an unknown type', { typeflag: 0x5a }],
  ['a PAX header of one’s own', { typeflag: TYPE.PAX }],
  ['a global PAX header', { typeflag: TYPE.PAX_GLOBAL, records: [[text('comment'), text('x')]] }],
  [
    'a PAX header that carries its own length over',
    { records: [[text('k'), text('v'.repeat(93))]] },
  ],
];

function* cases(): Generator<Case<{ readonly header: HeaderText }>> {
  yield { input: { header: PLAIN_HEADER }, comment: 'a plain file', flags: ['needs-bytes'] };
  for (const [comment, changed] of [...NAMES, ...LINKS, ...NUMBERS, ...TIMES, ...OTHERS]) {
    const header = { ...PLAIN_HEADER, ...changed };
    yield { input: { header }, comment, flags: ['needs-bytes'] };
  }
}

/** Headers as Go’s archive writer lays them out when PAX is asked for. */
export const TAR_HEADERS: RuleGroup = {
  rule: 'tar-headers',
  source: 'Go archive/tar Writer.WriteHeader',
  functions: [
    ruleFunction({
      name: 'WriteHeader',
      source:
        'Go archive/tar Writer.WriteHeader, Header.allowedFormats; moby pkg/archive/archive.go',
      why: 'Images are known by the digest of these bytes: every padding and every record counts',
      input: z.strictObject({ header: HEADER }),
      value: z.string(),
      run: ({ header }) => toBase64(encodeHeader(headerOf(header))),
      cases,
    }),
  ],
};
