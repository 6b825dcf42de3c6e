import type { ByteString } from './volume.js';

/**
 * What a look-up through the layers has come to.
 *
 * @internal
 */
export interface Search {
  /** Of the layers below, where a redirect changed it; absolute ones start with a slash. */
  name: ByteString;
  isDirectory: boolean;
  /** No layer below is looked at. */
  stop: boolean;
  /** A whiteout or an opaque directory was found in the layer that was looked at last. */
  opaque: boolean;
  /** The layer that is looked at is the last that can have anything. */
  last: boolean;
  /** Set where a redirect was found. */
  redirect: string | undefined;
}
