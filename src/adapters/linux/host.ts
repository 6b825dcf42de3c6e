import { createLibc, type Libc } from './libc.js';
import { createScratch, type Scratch } from './scratch.js';

/**
 * What every class of this adapter calls with: the C library and the memory shared by calls.
 *
 * @internal
 */
export interface Host {
  readonly libc: Libc;
  readonly scratch: Scratch;
}

/**
 * Opens the host.
 *
 * @throws {@link GraphDriverError} code `host` where this is not Linux or koffi is missing.
 * @internal
 */
export function openHost(): Host {
  return { libc: createLibc(), scratch: createScratch() };
}
