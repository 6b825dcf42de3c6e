import { z } from 'zod';
import { parseLayerId } from '../../../domain/layers/layer-id.js';
import {
  layerPaths,
  linkedDirectory,
  linkPath,
  linkTarget,
} from '../../../domain/layers/layout.js';
import { decideRandomRetry } from '../../../domain/layers/random-retry.js';
import { SyscallError } from '../../../domain/errors.js';
import { ERRNO } from '../../../domain/go/errno.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';
import { told } from './alphabet.js';

const HOME = '/var/lib/docker/overlay2';

/** Ids, ordinary ones and those that lead elsewhere. */
const IDS = [
  'a',
  'a-init',
  '0123456789abcdef'.repeat(4),
  '',
  '.',
  '..',
  '...',
  'l',
  'L',
  'll',
  'diff',
  'link',
  'lower',
  'work',
  'merged',
  'committed',
  'a/',
  '/a',
  'a/b',
  'a/../b',
  '../a',
  './a',
  'a\0',
  'a b',
  'a:b',
  'a,b',
  'a\\b',
  'a\n',
  'ä',
  '日本',
  ' ',
  '-',
  '--help',
  '*',
  '.a',
  'backingFsBlockDev',
  'backingFsBlockDevX',
  '.create-X',
  '.remove-',
  '.create',
  '.removed',
  'opaque-bug-check',
  'opaque-bug-check123',
  'opaque-bug',
  'multiple-lowerdir-check1',
  'fsutils-dummy9',
  'fsutils-dumm',
  'x'.repeat(255),
  'x'.repeat(256),
  'ä'.repeat(127),
  'ä'.repeat(128),
  `${'ä'.repeat(127)}x`,
  `${'ä'.repeat(127)}xy`,
] as const;

const TARGETS: readonly string[] = [
  '../a/diff',
  '../../x/diff',
  '/abs/diff',
  'ghost',
  '',
  '.',
  '..',
  '../a/b/diff',
];

const LAYER_PATHS = ruleFunction({
  name: 'layerPaths',
  source: 'moby overlay2/overlay.go dir, Get, create',
  why: 'Ids are joined and cleaned, not checked: `..` leads out of the home (Q-10)',
  input: z.strictObject({ home: z.string(), id: z.string() }),
  value: z.record(z.string(), z.string()),
  run: ({ home, id }) => ({ ...layerPaths(home, id), linkTarget: linkTarget(id) }),
  *cases() {
    for (const id of IDS) yield { input: { home: HOME, id }, comment: `layer ${told(id)}` };
    for (const home of ['/h', '/h/', '/', 'h', '', '/a/../b', '/h:,\\']) {
      yield { input: { home, id: 'a' }, comment: `home ${told(home)}` };
    }
  },
});

const RETRY_VALUE = z.union([
  z.strictObject({ kind: z.literal('retry'), delayMs: z.number(), log: z.string() }),
  z.strictObject({ kind: z.literal('panic'), message: z.string() }),
]);

const RETRY = ruleFunction({
  name: 'retryOnError',
  source: 'moby overlay2/randomid.go generateID, retryOnError',
  why: 'Only EPERM is tried again, nine times, with a longer pause each time',
  input: z.strictObject({ errno: z.enum(['EPERM', 'EAGAIN', 'EIO']), retries: z.int() }),
  value: RETRY_VALUE,
  run: ({ errno, retries }) =>
    decideRandomRetry(new SyscallError({ errno: ERRNO[errno], syscall: 'getrandom' }), retries),
  *cases() {
    for (const errno of ['EPERM', 'EAGAIN', 'EIO'] as const) {
      for (const retries of errno === 'EPERM' ? [0, 1, 2, 5, 8, 9] : [0, 3]) {
        yield { input: { errno, retries }, comment: `${errno} after ${retries} retries` };
      }
    }
  },
});

/** Where layers and links lie, and what a layer may be called. */
export const LAYERS: RuleGroup = {
  rule: 'layers',
  source: 'moby overlay2/overlay.go dir, create; docs/profiles.md Q-10',
  functions: [
    ruleFunction({
      name: 'parseLayerId',
      source: 'docs/profiles.md Q-10',
      why: 'Bytes count, not characters, and the driver’s own names are taken',
      input: z.strictObject({ id: z.string() }),
      value: z.string(),
      run: ({ id }) => parseLayerId(id),
      *cases() {
        for (const id of IDS) yield { input: { id }, comment: told(id), flags: ['strict'] };
      },
    }),
    LAYER_PATHS,
    ruleFunction({
      name: 'linkPath',
      source: 'moby overlay2/overlay.go create, Remove',
      why: 'Whatever `link` holds is joined: an empty one names the link directory (Q-21)',
      input: z.strictObject({ home: z.string(), link: z.string() }),
      value: z.string(),
      run: ({ home, link }) => linkPath(home, link),
      *cases() {
        for (const link of ['A'.repeat(26), '', '.', '..', '../a', '../..', '/', 'x\n']) {
          yield { input: { home: HOME, link }, comment: `link ${told(link)}` };
        }
      },
    }),
    ruleFunction({
      name: 'linkedDirectory',
      source: 'moby overlay2/overlay.go getLowerDirs',
      why: 'The target is joined below `l` lexically, so that an absolute one stays inside',
      input: z.strictObject({ home: z.string(), target: z.string() }),
      value: z.string(),
      run: ({ home, target }) => linkedDirectory(home, target),
      *cases() {
        for (const target of TARGETS) {
          yield { input: { home: HOME, target }, comment: `target ${told(target)}` };
        }
      },
    }),
    RETRY,
  ],
};
