import { z } from 'zod';
import {
  isMountPointUnder,
  type MountInfo,
  mountPointsUnder,
  parseMountInfo,
} from '../../../domain/mounts/mount-info.js';
import { encodeUtf8 } from '../../../domain/utf8.js';
import { profiledFunction, type RuleGroup, ruleFunction } from '../rule-group.js';
import { told } from './alphabet.js';

const PROFILE = z.enum(['moby-2019', 'strict']);
const LINE = '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue';

const ENTRY = z.strictObject({
  id: z.number(),
  parent: z.number(),
  major: z.number(),
  minor: z.number(),
  root: z.string(),
  mountPoint: z.string(),
  options: z.string(),
  optional: z.string(),
  fsType: z.string(),
  source: z.string(),
  superOptions: z.string(),
});

/** Tables, by what is special about them. */
const TABLES: readonly (readonly [comment: string, table: string])[] = [
  ['the line of proc(5)', `${LINE}\n`],
  ['no newline at the end', LINE],
  ['nothing', ''],
  ['an empty line', '\n'],
  ['carriage returns', `${LINE}\r\n`],
  ['no optional field', '36 35 98:0 / /m rw - ext4 /dev/a rw'],
  ['three optional fields', '36 35 98:0 / /m rw shared:1 master:2 unbindable - ext4 /dev/a rw'],
  ['an escaped blank', '36 35 98:0 / /a\\040b rw - ext4 /dev/a rw'],
  ['an escaped tab, newline and backslash', '36 35 98:0 / /\\011\\012\\134 rw - ext4 d rw'],
  ['an escaped root', '36 35 98:0 /r\\040x /m rw - ext4 /dev/a rw'],
  ['a quote in a mount point', '36 35 98:0 / /a"b rw - ext4 /dev/a rw'],
  ['a quote in a root', '36 35 98:0 /a"b /m rw - ext4 /dev/a rw'],
  ['an unknown escape', '36 35 98:0 / /a\\zb rw - ext4 /dev/a rw'],
  ['a backslash at the end', '36 35 98:0 / /a\\ rw - ext4 /dev/a rw'],
  ['umlauts', '36 35 98:0 / /ä rw - ext4 /dev/a rw'],
  ['an overlay', '99 35 0:44 / /h/a/merged rw - overlay overlay rw,lowerdir=/h/l/A,upperdir=/u'],
  ['a separator that is missing', '36 35 98:0 / /m rw shared:1 master:2 x y z'],
  ['too few fields', '36 35 98:0 / /m rw - ext4 rw'],
  ['nine fields', '36 35 98:0 / /m rw - ext4 a'],
  ['too few fields after the separator', '36 35 98:0 / /m rw shared:1 x:2 - ext4 a'],
  ['a device without a colon', '36 35 98 / /m rw - ext4 a rw'],
  ['a device with two colons', '36 35 98:0:1 / /m rw - ext4 a rw'],
  ['numbers that are none', 'x y a:b / /m rw - ext4 a rw'],
  ['signed numbers', '-1 +5 0:0 / /m rw - ext4 a rw'],
  ['two blanks', '36  35 98:0 / /m rw - ext4 a rw'],
  ['a tab in place of a blank', '36\t35 98:0 / /m rw - ext4 a rw'],
  ['a separator among the fixed fields', '36 35 98:0 - - - - - ext4 a rw'],
  ['an empty source', '36 35 98:0 / /m rw -  ext4  rw'],
  ['a field more at the end', '36 35 98:0 / /m rw - ext4 a rw more'],
  ['a second line that is wrong', `${LINE}\ngarbage\n`],
  ['a second line that is right', `${LINE}\n${LINE}\n`],
  ['a deleted mount point', '36 35 98:0 / /m//deleted rw - ext4 a rw'],
];

/** Mount points and directories that they lie under, or seem to. */
const POINTS = [
  '/h',
  '/h/',
  '/h/p',
  '/h/p2',
  '/h/p/merged',
  '/h/p2/merged',
  '/',
  '',
  '/hh',
] as const;

const MOUNTS: readonly string[] = [
  '/h/p2/merged',
  '/h',
  '/h/p/merged',
  '/h/p',
  '/h/ä',
  '/h/ae',
  '/',
  '/h/p',
];

function entryAt(mountPoint: string): MountInfo {
  const [entry] = parseMountInfo(encodeUtf8(LINE));
  if (entry === undefined) throw new Error('the line of proc(5) does not parse');
  return { ...entry, mountPoint };
}

/** The mount table, and what is unmounted of it. */
export const MOUNT_INFO: RuleGroup = {
  rule: 'mount-info',
  source: 'moby pkg/mount/mountinfo_linux.go, pkg/mount/mount.go',
  functions: [
    ruleFunction({
      name: 'parseInfoFile',
      source: 'moby pkg/mount/mountinfo_linux.go parseInfoFile',
      why: 'Mount points are read as Go string literals, so that one quote fails the whole table',
      input: z.strictObject({ table: z.string() }),
      value: z.array(ENTRY),
      run: ({ table }) => [...parseMountInfo(encodeUtf8(table))],
      *cases() {
        for (const [comment, table] of TABLES) yield { input: { table }, comment };
      },
    }),
    profiledFunction({
      name: 'PrefixFilter',
      source: 'moby pkg/mount/mountinfo.go PrefixFilter; docs/profiles.md Q-22',
      why: 'The seed compares texts: what lies in /h/p2 lies under /h/p',
      input: z.strictObject({ mountPoint: z.string(), target: z.string(), profile: PROFILE }),
      value: z.boolean(),
      run: ({ mountPoint, target, profile }) =>
        isMountPointUnder(mountPoint, target, { wholeComponents: profile === 'strict' }),
      *cases() {
        for (const mountPoint of POINTS) {
          for (const target of POINTS.filter((it) => it.length <= 6)) {
            const comment = `${told(mountPoint)} under ${told(target)}`;
            yield { input: { mountPoint, target }, comment };
          }
        }
      },
    }),
    profiledFunction({
      name: 'RecursiveUnmount',
      source: 'moby pkg/mount/mount.go RecursiveUnmount; docs/profiles.md Q-22',
      why: 'The longest mount point goes first, in bytes; one that is mounted twice goes twice',
      input: z.strictObject({
        mountPoints: z.array(z.string()),
        target: z.string(),
        profile: PROFILE,
      }),
      value: z.array(z.string()),
      run: ({ mountPoints, target, profile }) => [
        ...mountPointsUnder(mountPoints.map(entryAt), target, {
          wholeComponents: profile === 'strict',
        }),
      ],
      *cases() {
        for (const target of ['/h', '/h/p', '/h/', '/', '/x', '/h/p2', '/h/a']) {
          yield { input: { mountPoints: [...MOUNTS], target }, comment: `under ${told(target)}` };
        }
        yield { input: { mountPoints: [], target: '/h' }, comment: 'nothing is mounted' };
      },
    }),
  ],
};
