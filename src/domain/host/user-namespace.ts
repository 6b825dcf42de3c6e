import { scanLines } from '../go/lines.js';
import { splitFields } from '../go/trim.js';

/** The one line of the initial user namespace: every id but the last maps to itself. */
const INITIAL_MAP: readonly string[] = ['0', '0', '4294967295'];

/**
 * Tells from `/proc/self/uid_map` whether the process runs in a user namespace that is not the
 * initial one. (Where the file cannot be read the answer is no; that is the caller's part.)
 *
 * @source runc libcontainer/system/linux.go UIDMapInUserNS
 * @public
 * @since 0.1.0
 */
export function isInUserNamespace(uidMapText: string): boolean {
  const ranges = scanLines(uidMapText)
    .lines.map(splitFields)
    .filter((range) => range.length > 0);
  const [only] = ranges;
  return ranges.length !== 1 || !INITIAL_MAP.every((field, at) => only?.[at] === field);
}
