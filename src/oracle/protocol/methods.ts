import { z } from 'zod';
import { CAPABILITIES, WORLD } from './capabilities.js';
import { FILE_CHANGE, TAMPER } from './file-changes.js';
import { BYTES, NAME } from './names.js';
import { DUMP_ENTRY, TREE_ENTRY } from './tree-entries.js';

/** The version of the protocol that is spoken. */
export const PROTOCOL_VERSION = 1;

const NOTHING = z.object({});
const ID = z.object({ id: z.string() });
const PAIR = z.object({ id: z.string(), parent: z.string() });
const SIZE = z.object({
  size: z
    .string()
    .regex(/^-?\d+$/)
    .describe('bytes, as a decimal string'),
});

const CREATE = z.object({
  id: z.string(),
  parent: z.string().describe('"" for none'),
  storageOpt: z.record(z.string(), z.string()).exactOptional(),
  mountLabel: z.string().exactOptional(),
});

const MOUNT = z
  .object({
    target: z.string().describe('as handed to mount(2), relative to cwd where that is given'),
    data: z.string(),
    flags: z.int().nonnegative(),
    cwd: z.string().exactOptional(),
  })
  .meta({ id: 'mount', description: 'one mount("overlay", target, "overlay", flags, data)' });

const HELLO = z.object({
  protocol: z.int(),
  home: z.string().describe('absolute path of the home; the driver makes it'),
  profile: z.string().describe('how the driver is to answer, as moby-2019'),
  options: z.array(z.string()).exactOptional().describe('driver options, key=value'),
});

const HELLO_RESULT = z.object({
  protocol: z.int(),
  name: z.string().describe('of the implementation, with its version'),
  capabilities: CAPABILITIES,
  world: WORLD.exactOptional(),
});

const CHANGE = z.object({ path: NAME, kind: z.enum(['modify', 'add', 'delete']) });

/** What every request carries and what its result does; the protocol's table of contents. */
export const METHODS = {
  hello: { params: HELLO, result: HELLO_RESULT },
  create: { params: CREATE, result: NOTHING },
  createReadWrite: { params: CREATE, result: NOTHING },
  remove: { params: ID, result: NOTHING },
  get: {
    params: z.object({ id: z.string(), label: z.string().exactOptional() }),
    result: z.object({ path: z.string(), mounts: z.array(MOUNT).exactOptional() }),
  },
  put: { params: ID, result: NOTHING },
  exists: { params: ID, result: z.object({ exists: z.boolean() }) },
  getMetadata: {
    params: ID,
    result: z.object({ metadata: z.record(z.string(), z.string()) }),
  },
  status: {
    params: NOTHING,
    result: z.object({ status: z.array(z.tuple([z.string(), z.string()])) }),
  },
  cleanup: { params: NOTHING, result: NOTHING },
  applyDiff: {
    params: z.object({ id: z.string(), parent: z.string(), archive: BYTES }),
    result: SIZE,
  },
  diff: { params: PAIR, result: z.object({ archive: BYTES }) },
  diffSize: { params: PAIR, result: SIZE },
  changes: { params: PAIR, result: z.object({ changes: z.array(CHANGE) }) },
  restart: {
    params: z.object({
      process: z
        .enum(['same', 'new'])
        .exactOptional()
        .describe('new: forget what is process-wide too; asked only where onDisk is false'),
    }),
    result: NOTHING,
  },
  dump: { params: NOTHING, result: z.object({ entries: z.array(DUMP_ENTRY) }) },
  file: {
    params: z.object({ path: z.string(), change: FILE_CHANGE }),
    result: NOTHING,
  },
  walk: {
    params: z.object({ path: z.string() }),
    result: z.object({ entries: z.array(TREE_ENTRY) }),
  },
  umount: { params: ID, result: NOTHING },
  tamper: { params: TAMPER, result: NOTHING },
  quit: { params: NOTHING, result: NOTHING },
} as const;

/** The name of a request that stands alone. */
export type Method = keyof typeof METHODS;

/** What a request carries. */
export type Params<Name extends Method> = z.infer<(typeof METHODS)[Name]['params']>;

/** What a request gives. */
export type Result<Name extends Method> = z.infer<(typeof METHODS)[Name]['result']>;

/**
 * Tells whether a request of a name is known.
 *
 * @internal
 */
export function isMethod(name: string): name is Method {
  return Object.hasOwn(METHODS, name);
}
