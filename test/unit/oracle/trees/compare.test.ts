/** Establishes that the model compares trees as the reference's table says (section 19.2). */
import { describe, expect, it } from 'vitest';
import { compareTrees } from '../../../../src/oracle/trees/compare.js';
import { type Node, Tree } from '../../../../src/oracle/trees/tree.js';
import { entry } from '../../../helpers/model-session.js';
import { nodeOf, plain, treeOf } from '../../../helpers/model-trees.js';

function treeWith(name: string, node: Node): Tree {
  const tree = new Tree();
  tree.root.children?.set(name, node);
  return tree;
}

function changes(old: Tree, now: Tree, strict = false, maybe = false): string {
  const how = { strict, maybe: () => maybe };
  const found = compareTrees(plain(old), plain(now), how);
  return found.map(({ kind, path }) => `${kind} /${path}`).join(', ');
}

const at = (seconds: number, nanoseconds: number): Partial<Node> => ({
  time: { moment: [seconds, nanoseconds] },
  content: 'x',
});
const file = (rest: Partial<Node>): Tree => treeWith('f', nodeOf('file', 0o644, rest));
const CAPABILITY = new Map([['security.capability', 'c']]);
const USER = new Map([['user.a', 'b']]);

describe('two trees', () => {
  it.each([
    ['other content of one size and time', file(at(5, 0)), file({ ...at(5, 0), content: 'y' }), ''],
    ['no nanoseconds on one side', file(at(5, 0)), file(at(5, 7)), ''],
    ['other nanoseconds', file(at(5, 1)), file(at(5, 7)), 'C /f'],
    ['another second', file(at(5, 0)), file(at(6, 0)), 'C /f'],
    ['a moment against the run', file(at(5, 0)), file({ content: 'x' }), 'C /f'],
    ['another size', file(at(5, 0)), file({ ...at(5, 0), content: 'xx' }), 'C /f'],
    ['a capability', file(at(5, 0)), file({ ...at(5, 0), xattrs: CAPABILITY }), 'C /f'],
    ['a user attribute', file(at(5, 0)), file({ ...at(5, 0), xattrs: USER }), ''],
    ['another owner', file(at(5, 0)), file({ ...at(5, 0), uid: 1 }), 'C /f'],
    [
      'a directory of another time',
      treeOf(entry('d/')),
      treeWith('d', nodeOf('directory', 0o755)),
      '',
    ],
    [
      'a directory of another mode',
      treeOf(entry('d/')),
      treeWith('d', nodeOf('directory', 0o700)),
      'C /d',
    ],
    ['a directory that became a file', treeOf(entry('d/x')), treeOf(entry('d')), 'C /d'],
    ['a file that became a directory', treeOf(entry('d')), treeOf(entry('d/x')), 'C /d, A /d/x'],
    ['a deep deletion', treeOf(entry('a/b/c/x')), treeOf(entry('a/b/')), 'C /a, C /a/b, D /a/b/c'],
    ['a deep addition', treeOf(entry('a/b/')), treeOf(entry('a/b/n')), 'C /a, C /a/b, A /a/b/n'],
  ] as const)('%s', (_what, old, now, expected) => {
    expect(changes(old, now)).toBe(expected);
  });

  it.each(['block', 'socket'] as const)('take a %s for a directory, in the seed (Q-42)', (type) => {
    const [old, now] = [treeOf(entry('d/x')), treeWith('d', nodeOf(type, 0o755))];

    expect(changes(old, now)).toBe('C /d, D /d/x');
    expect(changes(old, now, true)).toBe('C /d');
  });

  it('leave open whether a file changed of which nobody knows the times', () => {
    const [old, now] = [file({ content: 'x' }), file({ content: 'y' })];

    expect([changes(old, now, false, false), changes(old, now, false, true)]).toEqual(['', 'C /f']);
  });

  it('find nothing of a file that is in both', () => {
    const node = nodeOf('file', 0o644);

    expect(changes(treeWith('f', node), treeWith('f', node), false, true)).toBe('');
  });
});
