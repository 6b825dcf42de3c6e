import { FdPath, NameBuffer } from './name-buffer.js';
import { StatBuffer } from './stat-buffer.js';
import { TimesBuffer } from './times-buffer.js';

/** Room for one value: an extended attribute, a list of them, a block of directory entries. */
const LARGE_BYTES = 64 * 1024;
/** What most attribute values fit in; the kernel clears as much memory as it is offered. */
const SMALL_BYTES = 256;

/**
 * Memory that calls share. A method fills it, calls, and takes what it needs out of it before it
 * returns; nothing in here survives an `await`.
 *
 * @internal
 */
export interface Scratch {
  readonly first: NameBuffer;
  readonly second: NameBuffer;
  readonly attribute: NameBuffer;
  readonly fdPath: FdPath;
  readonly stat: StatBuffer;
  readonly times: TimesBuffer;
  readonly small: Uint8Array;
  readonly large: Uint8Array;
}

/**
 * Allocates the shared memory, once for all ports of one adapter.
 *
 * @internal
 */
export function createScratch(): Scratch {
  return {
    first: new NameBuffer(),
    second: new NameBuffer(),
    attribute: new NameBuffer(),
    fdPath: new FdPath(),
    stat: new StatBuffer(),
    times: new TimesBuffer(),
    small: new Uint8Array(SMALL_BYTES),
    large: new Uint8Array(LARGE_BYTES),
  };
}
