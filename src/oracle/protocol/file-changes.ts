import { z } from 'zod';
import type { FileChange } from '../commands/operation.js';
import { BYTES, fromBase64, toBase64 } from './names.js';

const PATH = z.string().describe('relative to the tree, "" for its root');
const MODE = z.int().nonnegative();

/** One change below a tree, as `file` carries it. */
export const FILE_CHANGE = z
  .discriminatedUnion('do', [
    z.object({ do: z.literal('write'), path: PATH, content: BYTES }),
    z.object({ do: z.literal('append'), path: PATH, content: BYTES }),
    z.object({ do: z.literal('truncate'), path: PATH, size: z.int().nonnegative() }),
    z.object({ do: z.literal('mkdir'), path: PATH, mode: MODE }),
    z.object({ do: z.literal('symlink'), path: PATH, target: z.string() }),
    z.object({ do: z.literal('link'), path: PATH, from: PATH }),
    z.object({
      do: z.literal('mknod'),
      path: PATH,
      kind: z.enum(['fifo', 'character', 'block', 'socket']),
      mode: MODE,
      major: z.int(),
      minor: z.int(),
    }),
    z.object({ do: z.literal('unlink'), path: PATH }),
    z.object({ do: z.literal('rmdir'), path: PATH }),
    z.object({ do: z.literal('remove-tree'), path: PATH }),
    z.object({ do: z.literal('rename'), path: PATH, to: PATH }),
    z.object({ do: z.literal('chmod'), path: PATH, mode: MODE }),
    z.object({ do: z.literal('chown'), path: PATH, uid: z.int(), gid: z.int() }),
    z.object({ do: z.literal('utimes'), path: PATH, mtime: z.tuple([z.int(), z.int()]) }),
    z.object({ do: z.literal('setxattr'), path: PATH, name: z.string(), value: BYTES }),
  ])
  .meta({ id: 'fileChange' });

/** What of a layer somebody else writes to, and what becomes of it. */
export const TAMPER = z.object({
  id: z.string(),
  part: z.enum(['link', 'lower', 'committed', 'symlink', 'diff', 'work']),
  to: z.union([z.literal('missing'), z.literal('empty'), z.object({ text: z.string() })]),
});

/**
 * Gives a change as it travels.
 *
 * @internal
 */
export function toWireChange(change: FileChange): z.infer<typeof FILE_CHANGE> {
  if (change.do === 'write' || change.do === 'append') {
    return { ...change, content: toBase64(change.content) };
  }
  if (change.do === 'setxattr') return { ...change, value: toBase64(change.value) };
  if (change.do === 'utimes') return { ...change, mtime: [...change.mtime] };
  return change;
}

/**
 * Gives a change that has travelled.
 *
 * @internal
 */
export function fromWireChange(change: z.infer<typeof FILE_CHANGE>): FileChange {
  if (change.do === 'write' || change.do === 'append') {
    return { ...change, content: fromBase64(change.content) };
  }
  if (change.do === 'setxattr') return { ...change, value: fromBase64(change.value) };
  return change;
}
