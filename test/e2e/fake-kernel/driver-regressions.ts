/** Sequences on which the driver in memory once did something else than on the kernel. */
import type { VolumeKindName } from '../../../src/adapters/fake/volume-kind.js';
import type { Operation } from '../../../src/oracle/commands/operation.js';
import type { ProfileName } from '../../../src/domain/profiles/profile.js';

/** One of them, as short as it got. */
export interface DriverRegression {
  readonly name: string;
  readonly profile: ProfileName;
  /** What the home lies on; ext4 unless told. */
  readonly kind?: VolumeKindName;
  readonly operations: readonly Operation[];
}

/** All of them. */
export const DRIVER_REGRESSIONS: readonly DriverRegression[] = [
  {
    name: 'a mount that is refused since layers overlap has given its upper a UUID',
    profile: 'moby-2019',
    operations: [
      { op: 'create', id: 'a', parent: '', readWrite: false },
      { op: 'create', id: 'b', parent: 'a', readWrite: false },
      { op: 'tamper', id: 'b', part: 'link', to: { text: '../a' } },
      { op: 'create', id: 'c', parent: 'b', readWrite: false },
      { op: 'create', id: 'd', parent: 'c', readWrite: false },
      { op: 'get', id: 'd' },
    ],
  },
  {
    name: 'a directory lists what was made in it since it was opened',
    profile: 'moby-2019',
    kind: 'btrfs',
    operations: [
      { op: 'create', id: 'd', parent: '', readWrite: false },
      {
        op: 'apply',
        id: 'd',
        parent: 'a',
        archive: [{ name: 'e/.wh...', type: 'file', mode: 0o644 }],
      },
    ],
  },
];
