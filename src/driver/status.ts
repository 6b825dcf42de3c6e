import { hasChange } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';
import { usesNaiveDiff } from './native-diff.js';

/**
 * One row of `docker info`: a label and its value.
 *
 * @public
 * @since 0.1.0
 */
export type StatusRow = readonly [label: string, value: string];

/** Only a user namespace needs `userxattr`, and none is modelled for 20.10. */
const NO_USERXATTR: StatusRow = ['userxattr', 'false'];

/**
 * Tells what the driver found out about its host, in moby's three rows, since 20.10 four
 * (V-03). The first call runs the
 * native-diff probe.
 *
 * @source moby overlay2/overlay.go Status
 * @internal
 */
export async function getStatus(context: DriverContext): Promise<readonly StatusRow[]> {
  const naive = await usesNaiveDiff(context);
  return [
    ['Backing Filesystem', context.process.backingFs],
    ['Supports d_type', String(context.supportsDType)],
    ['Native Overlay Diff', String(!naive)],
    ...(hasChange(context.profile, 'V-03') ? [NO_USERXATTR] : []),
  ];
}
