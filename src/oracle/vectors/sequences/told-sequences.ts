import type { ArchiveEntry, FileChange, Operation } from '../../commands/operation.js';

/** A sequence that shows one thing. */
export interface ToldSequence {
  readonly comment: string;
  readonly why: string;
  readonly operations: readonly Operation[];
}

const create = (id: string, parent = ''): Operation => ({
  op: 'create',
  id,
  parent,
  readWrite: false,
});
const get = (id: string): Operation => ({ op: 'get', id });
const put = (id: string): Operation => ({ op: 'put', id });
const remove = (id: string): Operation => ({ op: 'remove', id });
const exists = (id: string): Operation => ({ op: 'exists', id });
const walk = (id: string): Operation => ({ op: 'walk', id });
const change = (id: string, it: FileChange): Operation => ({ op: 'file', id, change: it });
const file = (name: string, content = ''): ArchiveEntry => {
  return { name, type: 'file', mode: 0o644, content };
};
const dir = (name: string): ArchiveEntry => ({ name, type: 'directory', mode: 0o755 });
const apply = (id: string, parent: string, ...archive: ArchiveEntry[]): Operation => {
  return { op: 'apply', id, parent, archive };
};
const diffs = (id: string, parent: string): readonly Operation[] => [
  { op: 'diff', id, parent },
  { op: 'diffSize', id, parent },
  { op: 'changes', id, parent },
];
const whiteout = (name: string): Operation[] => [
  create('a'),
  apply('a', '', dir('d/'), file('d/e', 'hello')),
  create('b', 'a'),
  apply('b', 'a', dir('d/'), file(`d/${name}`)),
  get('b'),
  walk('b'),
];

/** Life: layers come, are used and go. */
const LIFE: readonly ToldSequence[] = [
  {
    comment: 'the life of a container',
    why: 'Everything that a daemon does with one image and one container',
    operations: [
      create('base'),
      apply('base', '', dir('d/'), file('d/x', 'hello'), file('a', 'aaa'), file('b', 'bb')),
      create('r1', 'base'),
      get('r1'),
      change('r1', { do: 'unlink', path: 'a' }),
      change('r1', { do: 'write', path: 'd/y', content: 'yy' }),
      change('r1', { do: 'chmod', path: 'b', mode: 0o600 }),
      walk('r1'),
      put('r1'),
      ...diffs('r1', 'base'),
      remove('r1'),
      exists('r1'),
      remove('base'),
    ],
  },
  {
    comment: 'the empty id exists (Q-04)',
    why: 'The path of the empty id is the home itself',
    operations: [exists(''), exists('.'), exists('ghost')],
  },
  {
    comment: 'an existing id is created again (Q-07)',
    why: 'The seed makes another link and forgets the old one',
    operations: [create('a'), create('b', 'a'), create('a'), { op: 'metadata', id: 'b' }],
  },
  {
    comment: 'creating over an existing layer fails (Q-06, Q-08)',
    why: 'The undo of the seed deletes what was there before',
    operations: [create('a'), create('b', 'a'), create('a', 'ghost'), exists('a'), get('b')],
  },
  {
    comment: 'a committed base is got (Q-15)',
    why: 'Layers lie on it, and the seed lets it be written to',
    operations: [
      create('a'),
      create('b', 'a'),
      get('a'),
      change('a', { do: 'write', path: 'f', content: 'x' }),
      put('a'),
    ],
  },
  {
    comment: 'two users of one layer',
    why: 'Only the last Put unmounts',
    operations: [create('a'), create('b', 'a'), get('b'), get('b'), put('b'), put('b'), put('b')],
  },
  {
    comment: 'a layer is removed while it is used, and made again (Q-20)',
    why: 'The count of the seed outlives the layer, so that nothing is mounted',
    operations: [create('a'), create('b', 'a'), get('b'), remove('b'), create('b', 'a'), get('b')],
  },
  {
    comment: 'one id is a prefix of another (Q-22)',
    why: 'Removing `p` unmounts `p2` where texts are compared',
    operations: [
      create('a'),
      create('p', 'a'),
      create('p2', 'a'),
      get('p2'),
      remove('p'),
      walk('p2'),
    ],
  },
  {
    comment: 'a driver starts anew while a layer is mounted',
    why: 'The first look at a count asks whether there is a mount',
    operations: [
      create('a'),
      create('b', 'a'),
      get('b'),
      { op: 'restart', process: 'new' },
      get('b'),
      put('b'),
      put('b'),
    ],
  },
  {
    comment: 'a cleanup while layers are used (Q-20)',
    why: 'Everything is unmounted, and the counts of the seed stay',
    operations: [create('a'), create('b', 'a'), get('b'), { op: 'cleanup' }, get('b'), put('b')],
  },
  {
    comment: 'a layer that is nobody’s child has metadata',
    why: 'Paths are told whether or not they exist, lowers only where there are any',
    operations: [
      create('a'),
      create('b', 'a'),
      create('c', 'b'),
      { op: 'metadata', id: 'a' },
      { op: 'metadata', id: 'c' },
      { op: 'metadata', id: 'ghost' },
      { op: 'status' },
    ],
  },
];

/** Metadata that somebody has damaged. */
const DAMAGE: readonly ToldSequence[] = [
  {
    comment: 'a link is empty (Q-14)',
    why: 'The link directory itself becomes a lower',
    operations: [
      create('a'),
      { op: 'tamper', id: 'a', part: 'link', to: 'empty' },
      create('b', 'a'),
      get('b'),
    ],
  },
  {
    comment: 'a lower is empty (Q-18)',
    why: 'The empty entry names the home itself',
    operations: [
      create('a'),
      create('b', 'a'),
      { op: 'tamper', id: 'b', part: 'lower', to: 'empty' },
      get('b'),
    ],
  },
  {
    comment: 'a link names another layer’s (Q-21)',
    why: 'Remove of the seed deletes whatever the file names',
    operations: [
      create('a'),
      create('b'),
      { op: 'tamper', id: 'b', part: 'link', to: { text: '{link:a}' } },
      remove('b'),
      create('c', 'a'),
      get('c'),
    ],
  },
  {
    comment: 'a symlink is gone, and a driver starts',
    why: 'Strict mends at its start what a crash may leave',
    operations: [
      create('a'),
      create('b', 'a'),
      { op: 'tamper', id: 'a', part: 'symlink', to: 'missing' },
      get('b'),
      { op: 'restart', process: 'new' },
      get('b'),
    ],
  },
];

/** Archives and what they mean. */
const ARCHIVES: readonly ToldSequence[] = [
  ...['.wh.e', '.wh..wh..opq', '.wh.', '.wh..', '.wh...', '.wh..wh.aufs', '.wh.ghost'].map(
    (name): ToldSequence => ({
      comment: `an archive with ${name} (Q-28, Q-36, Q-38)`,
      why: 'A name that begins with .wh. is no file but a deletion',
      operations: whiteout(name),
    }),
  ),
  {
    comment: 'a diff of an id that no layer has (Q-23)',
    why: 'What has no lowers counts as a base',
    operations: [...diffs('ghost', ''), apply('ghost', '', file('f', 'x')), exists('ghost')],
  },
  {
    comment: 'a diff against what is not the parent',
    why: 'The layer’s own directory tells nothing then; both trees are compared',
    operations: [
      create('a'),
      apply('a', '', file('f', 'hello'), file('g')),
      create('b', 'a'),
      apply('b', 'a', file('f', 'world'), file('.wh.g')),
      create('c', 'b'),
      ...diffs('c', 'a'),
      ...diffs('b', ''),
    ],
  },
  {
    comment: 'an archive is pushed and pulled',
    why: 'What a diff tells, applied to a like layer, gives a like layer',
    operations: [
      create('a'),
      apply('a', '', dir('d/'), file('d/e', 'x'), file('f')),
      create('b', 'a'),
      get('b'),
      change('b', { do: 'remove-tree', path: 'd' }),
      change('b', { do: 'symlink', path: 's', target: 'f' }),
      put('b'),
      create('c', 'a'),
      { op: 'transfer', from: 'b', fromParent: 'a', to: 'c', toParent: 'a' },
      get('c'),
      walk('c'),
    ],
  },
  {
    comment: 'an archive stops in its middle',
    why: 'A file stands where a directory is needed: strict takes back what it has written',
    operations: [
      create('a'),
      apply('a', '', file('d', 'x'), file('d/e', 'y')),
      get('a'),
      walk('a'),
    ],
  },
];

/** Sequences that were thought of; each shows one thing. */
export const TOLD_SEQUENCES: readonly ToldSequence[] = [...LIFE, ...DAMAGE, ...ARCHIVES];
