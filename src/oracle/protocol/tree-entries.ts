import { z } from 'zod';
import type { TreeEntry } from '../commands/answer.js';
import { BYTES, fromBase64, fromWireName, NAME, toBase64, toWireName } from './names.js';

const TYPE = z.enum(['file', 'directory', 'symlink', 'fifo', 'character', 'block', 'socket']);
const DEVICE = z.tuple([z.int(), z.int()]);
const XATTRS = z.record(z.string(), BYTES);

/** One file of a tree, as `walk` tells it. */
export const TREE_ENTRY = z
  .object({
    path: NAME.describe('relative to the tree, "" for its root'),
    type: TYPE,
    mode: z.int().describe('permission bits'),
    uid: z.int(),
    gid: z.int(),
    mtime: z.tuple([z.int(), z.int()]).describe('seconds and nanoseconds'),
    content: BYTES.exactOptional().describe('of a regular file'),
    target: NAME.exactOptional().describe('of a symlink'),
    device: DEVICE.exactOptional().describe('major and minor'),
    linkOf: NAME.exactOptional().describe('the first path that is the same file'),
    xattrs: XATTRS.exactOptional(),
  })
  .meta({ id: 'treeEntry' });

/** One file of a home, as `dump` tells it. */
export const DUMP_ENTRY = z
  .object({
    path: NAME.describe('relative to the home, "" for the home itself'),
    type: TYPE,
    mode: z.int().describe('permission bits'),
    uid: z.int(),
    gid: z.int(),
    size: z.string().regex(/^\d+$/).exactOptional().describe('bytes'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .exactOptional(),
    content: BYTES.exactOptional().describe('of a regular file up to 64 KiB'),
    target: NAME.exactOptional(),
    device: DEVICE.exactOptional(),
    xattrs: XATTRS.exactOptional(),
    linkOf: NAME.exactOptional(),
    mounted: z.boolean().exactOptional().describe('something is mounted here'),
  })
  .meta({ id: 'dumpEntry' });

/** One file of a tree as it travels. */
export type WireTreeEntry = z.infer<typeof TREE_ENTRY>;
/** One file of a home as it travels. */
export type DumpEntry = z.infer<typeof DUMP_ENTRY>;

/**
 * Gives an entry of a tree as it travels.
 *
 * @internal
 */
export function toWireEntry(entry: TreeEntry): WireTreeEntry {
  const { path, content, target, linkOf, xattrs, device, mtime, ...rest } = entry;
  return {
    path: toWireName(path),
    ...rest,
    mtime: [...mtime],
    ...(content === undefined ? {} : { content: toBase64(content) }),
    ...(target === undefined ? {} : { target: toWireName(target) }),
    ...(device === undefined ? {} : { device: [...device] }),
    ...(linkOf === undefined ? {} : { linkOf: toWireName(linkOf) }),
    ...(xattrs === undefined ? {} : { xattrs: mapValues(xattrs, toBase64) }),
  };
}

/**
 * Gives an entry of a tree that has travelled.
 *
 * @internal
 */
export function fromWireEntry(entry: WireTreeEntry): TreeEntry {
  const { path, content, target, linkOf, xattrs, ...rest } = entry;
  return {
    path: fromWireName(path),
    ...rest,
    ...(content === undefined ? {} : { content: fromBase64(content) }),
    ...(target === undefined ? {} : { target: fromWireName(target) }),
    ...(linkOf === undefined ? {} : { linkOf: fromWireName(linkOf) }),
    ...(xattrs === undefined ? {} : { xattrs: mapValues(xattrs, fromBase64) }),
  };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
