import { FILE_TYPE } from '../../../domain/host/file-type.js';

/** A file or, without a mode, a directory of a tree in a vector. */
export interface TreeText {
  readonly name: string;
  readonly mode?: number | undefined;
  readonly size?: string | undefined;
  readonly children?: TreeText[] | undefined;
}

const file = (name: string, size = '5'): TreeText => ({
  name,
  mode: FILE_TYPE.REGULAR | 0o644,
  size,
});
const node = (name: string, type: number, size = '5'): TreeText => ({
  name,
  mode: type | 0o644,
  size,
});
const dir = (name: string, ...children: TreeText[]): TreeText => ({ name, children });
const root = (...children: TreeText[]): TreeText => dir('', ...children);

/**
 * Trees before and after something was done to them.
 *
 * @internal
 */
export const TREE_PAIRS: readonly (readonly [what: string, before: TreeText, after: TreeText])[] = [
  ['nothing was there, and nothing is', root(), root()],
  ['nothing was done', root(file('a'), dir('d', file('x'))), root(file('a'), dir('d', file('x')))],
  ['a file was added', root(), root(file('a'))],
  ['a file was changed', root(file('a')), root(file('a', '6'))],
  ['a file was deleted', root(file('a')), root()],
  ['a file in a directory was changed', root(dir('d', file('x'))), root(dir('d', file('x', '6')))],
  ['a file in a directory was added', root(dir('d')), root(dir('d', file('x')))],
  ['a file in a directory was deleted', root(dir('d', file('x'))), root(dir('d'))],
  ['a directory was added with files', root(), root(dir('d', file('x'), dir('e', file('y'))))],
  ['a directory was deleted with files', root(dir('d', file('x'), dir('e'))), root()],
  ['a directory became a file', root(dir('d', file('x'))), root(file('d'))],
  ['a file became a directory', root(file('d')), root(dir('d', file('x')))],
  ['a directory became a socket', root(dir('d', file('x'))), root(node('d', FILE_TYPE.SOCKET))],
  ['a directory became a device', root(dir('d', file('x'))), root(node('d', FILE_TYPE.BLOCK))],
  [
    'deep below something was changed',
    root(dir('a', dir('b', dir('c', file('x'))))),
    root(dir('a', dir('b', dir('c', file('x', '6'))))),
  ],
  [
    'deleted ones come last among siblings',
    root(file('a'), file('b'), file('c')),
    root(file('b', '6'), file('d')),
  ],
  [
    'two directories, one of them changed',
    root(dir('a', file('x')), dir('b', file('x'))),
    root(dir('a', file('x')), dir('b', file('x', '6'))),
  ],
  ['names are ordered by bytes', root(file('Z'), file('a'), file('ä')), root()],
  [
    'a socket was changed in size alone',
    root(node('s', FILE_TYPE.SOCKET)),
    root(node('s', FILE_TYPE.SOCKET, '6')),
  ],
  ['a symlink took the place of a file', root(file('a')), root(node('a', FILE_TYPE.SYMLINK))],
  ['a whiteout took the place of a file', root(file('a')), root(node('a', FILE_TYPE.CHARACTER))],
  ['all was replaced', root(file('a'), dir('d', file('x'))), root(file('b'), dir('e', file('y')))],
  [
    'a directory was emptied and filled anew',
    root(dir('d', file('a'), file('b'))),
    root(dir('d', file('c'))),
  ],
];
