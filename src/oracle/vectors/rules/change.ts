import { z } from 'zod';
import {
  changeKindNumber,
  type ComparedFile,
  formatChange,
  isComparedAsDirectory,
  isModified,
  isSameTime,
} from '../../../domain/diffs/change.js';
import { treeChanges, type TreeEntry } from '../../../domain/diffs/tree-changes.js';
import { FILE_TYPE } from '../../../domain/host/file-type.js';
import { encodeUtf8 } from '../../../domain/utf8.js';
import { profiledFunction, type RuleGroup, ruleFunction } from '../rule-group.js';
import { fromBase64, toBase64 } from './alphabet.js';
import { TREE_PAIRS, type TreeText } from './tree-pairs.js';

const PROFILE = z.enum(['moby-2019', 'strict']);
const MOMENT = z.strictObject({ seconds: z.string(), nanoseconds: z.int() });

const FILE = z.strictObject({
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  major: z.int(),
  minor: z.int(),
  size: z.string(),
  mtime: MOMENT,
  /** Base64. */
  capability: z.string().nullable(),
});

type FileText = z.infer<typeof FILE>;

const rulesOf = (profile: string) => ({ directoryBitAlone: profile === 'moby-2019' });

function fileOf({ mode, uid, gid, major, minor, size, mtime, capability }: FileText): ComparedFile {
  const { seconds, nanoseconds } = mtime;
  return {
    stat: {
      mode,
      uid,
      gid,
      rdevMajor: major,
      rdevMinor: minor,
      size: BigInt(size),
      mtime: { seconds: BigInt(seconds), nanoseconds },
    },
    capability: capability === null ? undefined : fromBase64(capability),
  };
}

const PLAIN: FileText = {
  mode: FILE_TYPE.REGULAR | 0o644,
  uid: 0,
  gid: 0,
  major: 0,
  minor: 0,
  size: '5',
  mtime: { seconds: '1500000000', nanoseconds: 5 },
  capability: null,
};

/** What may differ, by what it is called. */
const DIFFERENCES: readonly (readonly [what: string, other: Partial<FileText>])[] = [
  ['nothing', {}],
  ['permissions', { mode: FILE_TYPE.REGULAR | 0o600 }],
  ['the setuid bit', { mode: FILE_TYPE.REGULAR | 0o4644 }],
  ['the type', { mode: FILE_TYPE.FIFO | 0o644 }],
  ['the user', { uid: 1 }],
  ['the group', { gid: 1 }],
  ['the major number', { major: 1 }],
  ['the minor number', { minor: 1 }],
  ['the size', { size: '6' }],
  ['the second', { mtime: { seconds: '1500000001', nanoseconds: 5 } }],
  ['the nanosecond', { mtime: { seconds: '1500000000', nanoseconds: 6 } }],
  ['the nanosecond, of which there is none', { mtime: { seconds: '1500000000', nanoseconds: 0 } }],
  ['a capability', { capability: 'AQAAAg==' }],
  ['an empty capability', { capability: '' }],
];

const TYPES = Object.entries(FILE_TYPE).filter(([name]) => name !== 'MASK');

const MOMENTS = [
  ['0', 0],
  ['0', 5],
  ['0', 6],
  ['1', 0],
  ['1', 5],
  ['-1', 999_999_999],
] as const;

function treeOf({ name, children = [], ...rest }: TreeText): TreeEntry {
  const isDirectory = rest.mode === undefined;
  const mode = rest.mode ?? FILE_TYPE.DIRECTORY | 0o755;
  const { capability, stat } = fileOf({ ...PLAIN, mode, size: rest.size ?? '5' });
  return {
    name: encodeUtf8(name),
    stat,
    capability,
    children: isDirectory ? children.map(treeOf) : [],
  };
}

const TREE: z.ZodType<TreeText> = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    mode: z.int().optional(),
    size: z.string().optional(),
    children: z.array(TREE).optional(),
  }),
);

const TREES = profiledFunction({
  name: 'addChanges',
  source: 'moby pkg/archive/changes.go addChanges',
  why: 'A directory with a change inside is changed; of deletions only the top is told, last',
  input: z.strictObject({ before: TREE, after: TREE, profile: PROFILE }),
  value: z.array(z.string()),
  run: ({ before, after, profile }) =>
    treeChanges(treeOf(before), treeOf(after), rulesOf(profile)).map(formatChange),
  *cases() {
    for (const [comment, before, after] of TREE_PAIRS) yield { input: { before, after }, comment };
  },
});

/** What counts as a change between two trees. */
export const CHANGE: RuleGroup = {
  rule: 'change',
  source: 'moby pkg/archive/changes.go, changes_unix.go',
  functions: [
    profiledFunction({
      name: 'statDifferent',
      source: 'moby pkg/archive/changes_unix.go statDifferent; docs/profiles.md Q-42',
      why: 'Size and time do not count for directories, nor content for anything',
      input: z.strictObject({ before: FILE, after: FILE, profile: PROFILE }),
      value: z.boolean(),
      run: ({ before, after, profile }) =>
        isModified(fileOf(before), fileOf(after), rulesOf(profile)),
      *cases() {
        for (const [type, bits] of TYPES) {
          const before = { ...PLAIN, mode: bits | 0o644 };
          for (const [what, other] of DIFFERENCES) {
            const isOfType = type === 'REGULAR' || !('mode' in other);
            if (!isOfType) continue;
            const input = { before, after: { ...before, ...other } };
            yield { input, comment: `${type.toLowerCase()}: ${what} differs` };
          }
        }
      },
    }),
    profiledFunction({
      name: 'isDir',
      source: 'moby pkg/archive/changes_unix.go isDir; docs/profiles.md Q-42',
      why: 'Block devices and sockets share a bit with directories',
      input: z.strictObject({ mode: z.int(), profile: PROFILE }),
      value: z.boolean(),
      run: ({ mode, profile }) => isComparedAsDirectory(mode, rulesOf(profile)),
      *cases() {
        for (const [type, bits] of TYPES) {
          yield { input: { mode: bits | 0o755 }, comment: type.toLowerCase() };
        }
      },
    }),
    ruleFunction({
      name: 'sameFsTimeSpec',
      source: 'moby pkg/archive/changes.go sameFsTimeSpec',
      why: 'No nanoseconds on one side mean that they were lost in an archive',
      input: z.strictObject({ a: MOMENT, b: MOMENT }),
      value: z.boolean(),
      run: ({ a, b }) =>
        isSameTime({ ...a, seconds: BigInt(a.seconds) }, { ...b, seconds: BigInt(b.seconds) }),
      *cases() {
        for (const [s, n] of MOMENTS) {
          for (const [seconds, nanoseconds] of MOMENTS) {
            const input = { a: { seconds: s, nanoseconds: n }, b: { seconds, nanoseconds } };
            yield { input, comment: `${s}s ${n}ns and ${seconds}s ${nanoseconds}ns` };
          }
        }
      },
    }),
    ruleFunction({
      name: 'ChangeString',
      source: 'moby pkg/archive/changes.go Change.String, ChangeType',
      why: 'Three letters as text, three numbers as JSON; what is not UTF-8 becomes U+FFFD',
      input: z.strictObject({ path: z.string(), kind: z.enum(['modify', 'add', 'delete']) }),
      value: z.strictObject({ text: z.string(), number: z.int() }),
      run: ({ path, kind }) => ({
        text: formatChange({ path: fromBase64(path), kind }),
        number: changeKindNumber(kind),
      }),
      *cases() {
        for (const kind of ['modify', 'add', 'delete'] as const) {
          for (const [comment, path] of [
            ['a path', '/a/b'],
            ['umlauts', '/\xc3\xa4'],
            ['bytes that are no text', '/\xff'],
          ] as const) {
            const bytes = Uint8Array.from(path, (it) => it.charCodeAt(0));
            const input = { path: toBase64(bytes), kind };
            yield { input, comment: `${kind}: ${comment}`, flags: ['needs-bytes'] };
          }
        }
      },
    }),
    TREES,
  ],
};
