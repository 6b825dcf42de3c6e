/** Stories that the two sides once told differently. */
import type { Story } from './compare.js';

/** A story by what it is about. */
export interface Regression {
  readonly name: string;
  readonly story: Story;
}

export const REGRESSIONS: readonly Regression[] = [
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
