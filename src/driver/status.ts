import type { DriverContext } from './context.js';
import { usesNaiveDiff } from './native-diff.js';

/**
 * One row of `docker info`: a label and its value.
 *
 * @public
 * @since 0.1.0
 */
export type StatusRow = readonly [label: string, value: string];

/**
 * Tells what the driver found out about its host, in moby's three rows. The first call runs the
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
  ];
}
