import type { ArchiveEntry, SoundOperation } from '../commands/operation.js';

/** Entries of most kinds: a tree, a hard link, a symlink, a deletion and an opaque directory. */
const MIXED: readonly ArchiveEntry[] = [
  { name: 'd/', type: 'directory', mode: 0o755 },
  { name: 'd/x', type: 'file', mode: 0o644, content: 'hello' },
  { name: 'h', type: 'link', mode: 0o644, target: 'd/x' },
  { name: 's', type: 'symlink', mode: 0o777, target: 'd/x' },
  { name: '.wh.old', type: 'file', mode: 0o644 },
  { name: 'd/.wh..wh..opq', type: 'file', mode: 0o644 },
];

/** It ends in an entry that cannot be made: what came before has to be taken back. */
const BROKEN: readonly ArchiveEntry[] = [
  { name: 'f', type: 'file', mode: 0o644, content: 'x' },
  { name: 'f/g', type: 'file', mode: 0o644, content: 'y' },
];

/**
 * The operations that the exhaustive search tries, each in every state that it reaches: over the
 * ids `a`, `ab`, which begins with the other one, and the empty one. `docs/faults.md` shows it.
 *
 * @internal
 */
export const ALPHABET: readonly SoundOperation[] = [
  { op: 'create', id: 'a', parent: '', readWrite: false },
  { op: 'create', id: 'a', parent: 'ab', readWrite: false },
  { op: 'create', id: 'ab', parent: '', readWrite: false },
  { op: 'create', id: 'ab', parent: 'a', readWrite: false },
  { op: 'create', id: 'ab', parent: 'a', readWrite: true },
  { op: 'create', id: '', parent: '', readWrite: false },
  { op: 'remove', id: 'a' },
  { op: 'remove', id: 'ab' },
  { op: 'remove', id: '' },
  { op: 'get', id: 'a' },
  { op: 'get', id: 'ab' },
  { op: 'get', id: '' },
  { op: 'put', id: 'a' },
  { op: 'put', id: 'ab' },
  { op: 'put', id: '' },
  { op: 'exists', id: 'a' },
  { op: 'metadata', id: 'ab' },
  { op: 'apply', id: 'a', parent: '', archive: MIXED },
  { op: 'apply', id: 'a', parent: '', archive: BROKEN },
  { op: 'apply', id: 'ab', parent: 'a', archive: MIXED },
  { op: 'apply', id: 'ab', parent: '', archive: MIXED },
  { op: 'apply', id: 'ab', parent: '', archive: BROKEN },
  { op: 'diff', id: 'a', parent: '' },
  { op: 'diff', id: 'ab', parent: 'a' },
  { op: 'diff', id: 'ab', parent: '' },
  { op: 'diffSize', id: 'ab', parent: 'a' },
  { op: 'changes', id: 'ab', parent: 'a' },
  { op: 'transfer', from: 'a', fromParent: '', to: 'ab', toParent: 'a' },
  { op: 'status' },
  { op: 'cleanup' },
  { op: 'umount', id: 'ab' },
  { op: 'restart', process: 'same' },
  { op: 'restart', process: 'new' },
];

/** What the search may start from: a home that was just made, or one that is in use already. */
export interface Start {
  readonly name: string;
  readonly operations: readonly SoundOperation[];
  /** So many operations follow at most, the one in which something goes wrong included. */
  readonly lengthMax: number;
}

const CREATE_A: SoundOperation = { op: 'create', id: 'a', parent: '', readWrite: false };
const CREATE_AB: SoundOperation = { op: 'create', id: 'ab', parent: 'a', readWrite: true };
const FILL_A: SoundOperation = { op: 'apply', id: 'a', parent: '', archive: MIXED };
const GET_AB: SoundOperation = { op: 'get', id: 'ab' };

/**
 * Where the search starts. The second one has what three operations do not reach: a layer with
 * content below one that was written to and is mounted.
 *
 * @internal
 */
export const STARTS: readonly Start[] = [
  { name: 'a new home', operations: [], lengthMax: 3 },
  {
    name: 'a home in use',
    operations: [
      CREATE_A,
      FILL_A,
      CREATE_AB,
      GET_AB,
      { op: 'file', id: 'ab', change: { do: 'write', path: 'new', content: 'new' } },
      { op: 'file', id: 'ab', change: { do: 'unlink', path: 'h' } },
    ],
    lengthMax: 2,
  },
];

/** What a call may fail with: each of these in turn. */
export const ERRNOS = ['ENOSPC', 'EIO', 'EDQUOT', 'EBUSY', 'EACCES', 'EMFILE', 'EINTR'] as const;

/** Every subset of so many pending writes is lost; beyond, some are chosen. */
export const SUBSETS_OF_MAX = 8;
