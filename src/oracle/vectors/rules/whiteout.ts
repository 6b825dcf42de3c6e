import { z } from 'zod';
import {
  classifyWhiteout,
  isOpaqueValue,
  isWhiteoutDevice,
  whiteoutName,
} from '../../../domain/diffs/whiteout.js';
import { FILE_TYPE } from '../../../domain/host/file-type.js';
import { encodeUtf8 } from '../../../domain/utf8.js';
import { profiledFunction, type RuleGroup, ruleFunction } from '../rule-group.js';
import { bytesOf, fromBase64, toBase64, told } from './alphabet.js';

const PROFILE = z.enum(['moby-2019', 'strict']);

const NAMES = [
  'a',
  '.wh.a',
  '.wh.',
  '.wh..',
  '.wh...',
  '.wh....',
  '.wh',
  '.wha',
  'wh.a',
  'a.wh.b',
  '.WH.a',
  '.wh..wh..opq',
  '.wh..wh..opq.x',
  '.wh..wh..op',
  '.wh..wh.aufs',
  '.wh..wh.plnk',
  '.wh..wh.',
  '.wh..wh.a',
  '.wh..wh.orph',
  '.wh.ä',
  '.wh.\n',
  '.wh. ',
  '',
  '.',
  '..',
  '.wh.a b',
] as const;

/** Names whose bytes are no text. */
const RAW = ['.wh.\xff', '\xff.wh.a', '.wh.\xc3', '.wh.\x80\x80'] as const;

const DEVICES: readonly (readonly [what: string, mode: number, major: number, minor: number])[] = [
  ['a whiteout', FILE_TYPE.CHARACTER, 0, 0],
  ['a whiteout with permissions', FILE_TYPE.CHARACTER | 0o666, 0, 0],
  ['/dev/null', FILE_TYPE.CHARACTER | 0o666, 1, 3],
  ['character 0:1', FILE_TYPE.CHARACTER, 0, 1],
  ['character 1:0', FILE_TYPE.CHARACTER, 1, 0],
  ['block 0:0', FILE_TYPE.BLOCK, 0, 0],
  ['a file', FILE_TYPE.REGULAR | 0o644, 0, 0],
  ['a directory', FILE_TYPE.DIRECTORY, 0, 0],
  ['a fifo', FILE_TYPE.FIFO, 0, 0],
  ['a socket', FILE_TYPE.SOCKET, 0, 0],
  ['a symlink', FILE_TYPE.SYMLINK | 0o777, 0, 0],
];

const KIND = z.union([
  z.strictObject({ kind: z.enum(['none', 'opaque']) }),
  z.strictObject({ kind: z.literal('whiteout'), hidden: z.string() }),
]);

const CLASSIFY = profiledFunction({
  name: 'classifyWhiteout',
  source: 'moby pkg/archive/archive_linux.go ConvertRead, pkg/archive/diff.go UnpackLayer; Q-38',
  why: 'A whiteout of nothing, `.` or `..` names a directory when it is joined',
  input: z.strictObject({ baseName: z.string(), profile: PROFILE }),
  value: KIND,
  run: ({ baseName, profile }) => {
    const rules = { refuseDegenerate: profile === 'strict' };
    const found = classifyWhiteout(fromBase64(baseName), rules);
    return found.kind === 'whiteout' ? { ...found, hidden: toBase64(found.hidden) } : found;
  },
  *cases() {
    for (const name of NAMES) {
      const baseName = toBase64(encodeUtf8(name));
      yield { input: { baseName }, comment: told(name), flags: ['needs-bytes'] };
    }
    for (const name of RAW) {
      const baseName = toBase64(bytesOf(name));
      yield { input: { baseName }, comment: 'bytes that are no text', flags: ['needs-bytes'] };
    }
  },
});

/** Deletions: as names of an archive, as devices and attributes of a layer. */
export const WHITEOUT: RuleGroup = {
  rule: 'whiteout',
  source: 'moby pkg/archive/whiteouts.go, archive_linux.go; Linux fs/overlayfs',
  functions: [
    CLASSIFY,
    ruleFunction({
      name: 'whiteoutName',
      source:
        'moby pkg/archive/archive_linux.go ConvertWrite, pkg/archive/changes.go ExportChanges',
      why: 'The prefix stands before any name, also before one that has it already (Q-43)',
      input: z.strictObject({ hidden: z.string() }),
      value: z.string(),
      run: ({ hidden }) => toBase64(whiteoutName(fromBase64(hidden))),
      *cases() {
        for (const name of ['a', '.wh.a', 'ä', 'a b']) {
          const hidden = toBase64(encodeUtf8(name));
          yield { input: { hidden }, comment: told(name), flags: ['needs-bytes'] };
        }
      },
    }),
    ruleFunction({
      name: 'isWhiteoutDevice',
      source: 'Linux fs/overlayfs; moby pkg/archive/archive_linux.go ConvertWrite',
      why: 'Type and both numbers count, permissions do not',
      input: z.strictObject({ mode: z.int(), major: z.int(), minor: z.int() }),
      value: z.boolean(),
      run: ({ mode, major, minor }) =>
        isWhiteoutDevice({ mode, rdevMajor: major, rdevMinor: minor }),
      *cases() {
        for (const [comment, mode, major, minor] of DEVICES) {
          yield { input: { mode, major, minor }, comment };
        }
      },
    }),
    ruleFunction({
      name: 'isOpaqueValue',
      source: 'Linux fs/overlayfs; moby pkg/archive/archive_linux.go ConvertWrite',
      why: 'Exactly the one byte `y`: newer kernels write `x`, which says something else',
      input: z.strictObject({ value: z.string() }),
      value: z.boolean(),
      run: ({ value }) => isOpaqueValue(fromBase64(value)),
      *cases() {
        for (const text of ['y', '', 'Y', 'x', 'n', 'yy', 'y\u0000', 'y\n', '1', 'yes']) {
          const value = toBase64(bytesOf(text));
          yield { input: { value }, comment: told(text), flags: ['needs-bytes'] };
        }
      },
    }),
  ],
};
