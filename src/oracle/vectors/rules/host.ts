import { z } from 'zod';
import { parseAccounts } from '../../../domain/host/accounts.js';
import { fileSystemName, FS_MAGIC, isRefusedBacking } from '../../../domain/host/backing-fs.js';
import { dTypeNotSupportedText } from '../../../domain/host/d-type.js';
import { decideKernelGate } from '../../../domain/host/kernel-gate.js';
import { parseKernelVersion } from '../../../domain/host/kernel-version.js';
import { listsOverlay } from '../../../domain/host/proc-filesystems.js';
import { isInUserNamespace } from '../../../domain/host/user-namespace.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';
import { told } from './alphabet.js';

const TEXT = z.strictObject({ text: z.string() });
const MAGICS: readonly number[] = [...Object.values(FS_MAGIC), 1, 0x9fa0, 0x2fc12fc2, 0x65735546];
const RELEASES: readonly string[] = [
  '3.18.0',
  '3.99.9',
  '4.0.0',
  '4.6.9',
  '4.7.0',
  '5.4.0-generic',
  '6.1.0',
  '-4.2',
];

const FILE_SYSTEMS = [
  'nodev	overlay\n',
  'nodev	overlay',
  'nodev overlay\n',
  '	overlay\n',
  'nodev	overlayfs\n',
  '',
  'nodev	sysfs\nnodev	overlay\n	ext4\n',
  'nodev	overlay\r\n',
  ' nodev	overlay\n',
  'nodev	overlay \n',
  'nodev	Overlay\n',
  'overlay\n',
] as const;

const UID_MAPS = [
  '         0          0 4294967295\n',
  '0 0 4294967295',
  '',
  '\n',
  '0 1000 1\n',
  '0 0 65536\n',
  '0 0 4294967295\n1 1 1\n',
  '0	0	4294967295\n',
  '00 0 4294967295\n',
  '1 0 4294967295\n',
  '0 0 4294967295 0\n',
  '0 0\n',
  '0 0 4294967296\n',
  'garbage\n',
  '\n\n0 0 4294967295\n\n',
] as const;

const PASSWD = [
  'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:\n',
  'a:x:5:5:::\nb:x:5:6:::\n',
  '# c:x:7:7:::\n+nis:x:8:8:::\n-nis:x:9:9:::\n:x:10:10:::\n',
  'short:x:1:1\n',
  'x:x:007:1:::\ny:x:8:z:::\n',
  ' padded:x:11:11::: \n',
  'ä:x:12:12:::\r\n',
] as const;

const FS_NAME = ruleFunction({
  name: 'FsMagic',
  source: 'moby daemon/graphdriver/driver_linux.go FsNames; overlay2/overlay.go Init',
  why: 'The magic is unsigned with 32 bits, so that a sign-extended one is the same',
  input: z.strictObject({ magic: z.int() }),
  value: z.strictObject({ name: z.string().nullable(), refused: z.boolean() }),
  run: ({ magic }) => ({ name: fileSystemName(magic) ?? null, refused: isRefusedBacking(magic) }),
  *cases() {
    for (const magic of MAGICS) {
      yield { input: { magic }, comment: `0x${magic.toString(16)}` };
      if (magic > 0x7fff_ffff) {
        yield { input: { magic: magic | 0 }, comment: `0x${magic.toString(16)}, sign-extended` };
      }
    }
  },
});

const GATE = ruleFunction({
  name: 'decideKernelGate',
  source: 'moby overlay2/overlay.go Init',
  why: 'btrfs needs 4.7, several lowers need 4.0 or a probe, and the override only warns',
  input: z.strictObject({
    magic: z.int(),
    release: z.string(),
    overrideKernelCheck: z.boolean(),
    backingFs: z.string(),
  }),
  value: z.strictObject({
    kind: z.enum(['ok', 'refuse', 'probe-lowers']),
    logs: z.array(z.strictObject({ level: z.enum(['warning', 'error']), message: z.string() })),
  }),
  run: ({ release, ...question }) => {
    const { kind, logs } = decideKernelGate({ ...question, version: parseKernelVersion(release) });
    return { kind, logs: [...logs] };
  },
  *cases() {
    for (const magic of [FS_MAGIC.EXTFS, FS_MAGIC.BTRFS, FS_MAGIC.NFS, FS_MAGIC.OVERLAY]) {
      const backingFs = fileSystemName(magic) ?? '';
      for (const release of RELEASES) {
        for (const overrideKernelCheck of [false, true]) {
          const input = { magic, release, overrideKernelCheck, backingFs };
          const comment = `${backingFs} on ${release}${overrideKernelCheck ? ', overridden' : ''}`;
          yield { input, comment };
        }
      }
    }
  },
});

const ACCOUNTS = ruleFunction({
  name: 'lookupId',
  source: 'Go os/user/lookup_unix.go findUserId',
  why: 'The first line of an id counts, ids are compared as texts, NIS lines do not count',
  input: TEXT,
  value: z.array(z.strictObject({ id: z.int(), name: z.string() })),
  run: ({ text }) => [...parseAccounts(text, 'passwd')].map(([id, name]) => ({ id, name })),
  *cases() {
    for (const text of PASSWD) yield { input: { text }, comment: `passwd ${told(text)}` };
  },
});

/** What the driver finds out of its host, and what it says of it. */
export const HOST: RuleGroup = {
  rule: 'host',
  source: 'moby overlay2/overlay.go Init; daemon/graphdriver/driver_linux.go',
  functions: [
    FS_NAME,
    GATE,
    ruleFunction({
      name: 'ErrDTypeNotSupported',
      source: 'moby daemon/graphdriver/overlayutils/overlayutils.go ErrDTypeNotSupported',
      why: 'The advice depends on the file system, and most have none',
      input: z.strictObject({ driver: z.string(), backingFs: z.string() }),
      value: z.string(),
      run: ({ driver, backingFs }) => dTypeNotSupportedText(driver, backingFs),
      *cases() {
        for (const backingFs of ['xfs', 'extfs', 'btrfs', 'tmpfs', '<unknown>', '']) {
          yield { input: { driver: 'overlay2', backingFs }, comment: `on ${told(backingFs)}` };
        }
      },
    }),
    ruleFunction({
      name: 'supportsOverlay',
      source: 'moby overlay2/overlay.go supportsOverlay',
      why: 'A whole line, with a tab',
      input: TEXT,
      value: z.boolean(),
      run: ({ text }) => listsOverlay(text),
      *cases() {
        for (const text of FILE_SYSTEMS) yield { input: { text }, comment: told(text) };
      },
    }),
    ruleFunction({
      name: 'UIDMapInUserNS',
      source: 'runc libcontainer/system/linux.go UIDMapInUserNS',
      why: 'The initial namespace has one line, which maps 4294967295 ids to themselves',
      input: TEXT,
      value: z.boolean(),
      run: ({ text }) => isInUserNamespace(text),
      *cases() {
        for (const text of UID_MAPS) yield { input: { text }, comment: told(text) };
      },
    }),
    ACCOUNTS,
  ],
};
