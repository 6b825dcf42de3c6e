/** Stories that the two sides once told differently. */
import type { Story } from './compare.js';

/** A story by what it is about. */
export interface Regression {
  readonly name: string;
  readonly story: Story;
}

export const REGRESSIONS: readonly Regression[] = [
  {
    name: 'copying up onto what somebody else put there',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [
        [
          { do: 'mkdir', path: 'a', mode: 0o755 },
          { do: 'write', path: 'b', content: 'b' },
          { do: 'symlink', path: 'c', target: 'a' },
        ],
        [],
      ],
      steps: [
        ...['a', 'b', 'c'].flatMap((path) => [
          { do: 'look' as const, path },
          { layer: 1, step: { do: 'write' as const, path, content: 'beneath' } },
        ]),
        { do: 'chmod', path: 'a', mode: 0o700 },
        { do: 'chmod', path: 'b', mode: 0o600 },
        { do: 'chown', path: 'c', uid: 1, gid: 1 },
      ],
      later: [],
    },
  },
  {
    name: 'a listing shows the number of what somebody else put over a lower directory',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [
        [
          { do: 'mkdir', path: 'a', mode: 0o755 },
          { do: 'mkdir', path: 'b', mode: 0o755 },
        ],
        [],
      ],
      steps: [
        { do: 'chmod', path: 'a', mode: 0o700 },
        { do: 'look', path: 'b' },
        { layer: 1, step: { do: 'mkdir', path: 'b', mode: 0o755 } },
      ],
      later: [],
    },
  },
  {
    name: 'a merged directory whose lower part somebody else removed',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [
        [
          { do: 'mkdir', path: 'a', mode: 0o755 },
          { do: 'write', path: 'a/c', content: 'below' },
        ],
        [],
      ],
      steps: [
        { do: 'symlink', path: 'a/a', target: 'a' },
        { layer: 0, step: { do: 'clear', path: 'a' } },
        { do: 'list', path: 'a' },
        { do: 'look', path: 'a/c' },
        { do: 'unlink', path: 'a/a' },
        { do: 'rmdir', path: 'a' },
      ],
      later: [],
    },
  },
  {
    name: 'a name that somebody else took in the upper layer is stale',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [[{ do: 'write', path: 'z', content: 'z' }], []],
      steps: [
        ...['a', 'b', 'c', 'd'].flatMap((path) => [
          { do: 'look' as const, path },
          { layer: 1, step: { do: 'write' as const, path, content: 'beneath' } },
        ]),
        { do: 'write', path: 'a', content: '' },
        { do: 'mkdir', path: 'b', mode: 0o755 },
        { do: 'link', path: 'c', from: 'z' },
        { do: 'symlink', path: 'd', target: 'z' },
      ],
      later: [],
    },
  },
  {
    name: 'a new name of a file without an origin is another file until the next mount',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [
        [
          {
            do: 'mknod',
            path: 'b',
            kind: 'fifo',
            mode: 0o644,
            major: 0,
            minor: 0,
          },
        ],
        [],
      ],
      steps: [{ do: 'link', path: 'a', from: 'b' }],
      again: [],
      later: [],
      options: 'userxattr',
    },
  },
  {
    name: 'a directory that holds nothing copied up any more is pure again, once listed',
    story: {
      kinds: ['ext4', 'ext4', 'ext4'],
      layers: [[], [{ do: 'symlink', path: 'a', target: 'a' }], []],
      steps: [
        { do: 'mkdir', path: 'c', mode: 0o755 },
        { do: 'rename', path: 'a', to: 'c/b' },
        { do: 'clear', path: 'c/b' },
      ],
      again: [],
      later: [],
      options: 'redirect_dir=on',
    },
  },
  {
    name: 'a redirect that may not be followed refuses look-ups and leaves listings',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [
        [{ do: 'mkdir', path: 'a', mode: 0o755 }],
        [
          { do: 'mkdir', path: 'b', mode: 0o755 },
          { do: 'setxattr', path: 'b', name: 'trusted.overlay.redirect', value: 'a' },
          { do: 'setxattr', path: '', name: 'trusted.overlay.impure', value: 'y' },
        ],
      ],
      steps: [
        { do: 'look', path: 'b' },
        { do: 'list', path: '' },
        { do: 'mkdir', path: 'b/c', mode: 0o755 },
      ],
      later: [],
      options: 'redirect_dir=nofollow',
    },
  },
  {
    name: 'a directory that was merged once may hold whiteouts now that it is pure',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [
        [],
        [
          { do: 'mkdir', path: 'a', mode: 0o755 },
          { do: 'mknod', path: 'a/b', kind: 'character', mode: 0, major: 0, minor: 0 },
          { do: 'setxattr', path: 'a', name: 'trusted.overlay.origin', value: '' },
          { do: 'mkdir', path: 'b', mode: 0o755 },
          { do: 'mknod', path: 'b/b', kind: 'character', mode: 0, major: 0, minor: 0 },
        ],
      ],
      steps: [
        { do: 'list', path: 'a' },
        { do: 'rmdir', path: 'a' },
        { do: 'list', path: 'b' },
        { do: 'rmdir', path: 'b' },
      ],
      later: [],
    },
  },
  {
    name: 'a moved lower file swaps places with the whiteout at its new name',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [
        [
          { do: 'write', path: 'a', content: 'x' },
          { do: 'write', path: 'b', content: 'y' },
          { do: 'write', path: 'c', content: 'z' },
        ],
        [],
      ],
      steps: [
        { do: 'unlink', path: 'c' },
        { do: 'unlink', path: 'b' },
        { do: 'rename', path: 'a', to: 'b' },
      ],
      later: [],
    },
  },
  {
    name: 'copying a file up leaves the times of its directory alone',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [
        [
          { do: 'mkdir', path: 'a', mode: 0o755 },
          { do: 'write', path: 'a/b', content: 'x' },
          { do: 'utimes', path: 'a', mtime: [77, 0] },
        ],
        [],
      ],
      steps: [{ do: 'chmod', path: 'a/b', mode: 0o600 }],
      later: [],
    },
  },
  {
    name: 'a new directory that moves into a merged one becomes opaque',
    story: {
      kinds: ['ext4', 'ext4'],
      layers: [[{ do: 'mkdir', path: 'a', mode: 0o755 }], []],
      steps: [
        { do: 'mkdir', path: 'b', mode: 0o755 },
        { do: 'rename', path: 'b', to: 'a/c' },
      ],
      later: [],
    },
  },
  {
    name: 'numbers in listings across file systems are the real ones',
    story: {
      kinds: ['xfs', 'btrfs', 'tmpfs'],
      layers: [[{ do: 'mkdir', path: 'b', mode: 0o755 }], [], []],
      steps: [],
      later: [{ do: 'mkdir', path: 'b/a', mode: 0o755 }],
    },
  },
  {
    name: 'a symlink is copied up without an origin where that would be a user attribute',
    story: {
      kinds: ['ext4', 'ext4', 'ext4'],
      layers: [
        [{ do: 'mkdir', path: 'b', mode: 0o755 }],
        [{ do: 'symlink', path: 'c', target: '../b' }],
        [],
      ],
      steps: [{ do: 'rename', path: 'c', to: 'c/a' }],
      later: [],
      options: 'userxattr',
    },
  },
];
