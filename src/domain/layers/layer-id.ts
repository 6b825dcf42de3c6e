import { GraphDriverError } from '../errors.js';
import { goQuote } from '../go/quote.js';
import { decodeUtf8, encodeUtf8, utf8ByteLength } from '../utf8.js';
import { BACKING_FS_DEVICE, LINK_DIR, TEMPORARY_PREFIXES } from './layout.js';
import { NAME_BYTES_MAX } from './limits.js';

declare const layerIdBrand: unique symbol;

/**
 * The name of a layer that is safe to join to the home: one path component of its own.
 *
 * @public
 * @since 0.1.0
 */
export type LayerId = string & { readonly [layerIdBrand]: true };

/**
 * A layer id that profile strict refuses. The message is `invalid layer id <%q>: <reason>`.
 *
 * @public
 * @since 0.1.0
 */
export class InvalidLayerIdError extends GraphDriverError {
  readonly id: string;
  readonly reason: string;

  constructor(id: string, reason: string) {
    super('invalid-layer-id', `invalid layer id ${goQuote(id)}: ${reason}`);
    this.id = id;
    this.reason = reason;
  }
}

/**
 * Checks a layer id as profile strict does; moby checks none.
 *
 * @throws {@link InvalidLayerIdError} when the id is not a path component of at most 255 bytes, or
 *   is a name that the driver keeps for itself.
 * @public
 * @since 0.1.0
 */
export function parseLayerId(id: string): LayerId {
  const reason = describeFlaw(id);
  if (reason !== undefined) throw new InvalidLayerIdError(id, reason);
  return id as LayerId;
}

/**
 * Tells whether {@link parseLayerId} accepts an id, and so whether a name in the home may be a
 * layer's.
 *
 * @public
 * @since 0.1.0
 */
export function isLayerId(id: string): id is LayerId {
  return describeFlaw(id) === undefined;
}

function describeFlaw(id: string): string | undefined {
  if (id === '') return 'it is empty';
  if (id === '.' || id === '..') return 'it names a directory by its place';
  if (id.includes('/')) return 'it contains a slash';
  if (id.includes('\0')) return 'it contains a NUL byte';
  if (id === LINK_DIR || id === BACKING_FS_DEVICE) return 'the driver uses this name itself';
  const prefix = TEMPORARY_PREFIXES.find((taken) => id.startsWith(taken));
  if (prefix !== undefined) return `the driver uses names beginning with ${prefix} itself`;
  if (utf8ByteLength(id) > NAME_BYTES_MAX) return `it is longer than ${NAME_BYTES_MAX} bytes`;
  // Two ids that differ in a lone surrogate would be one name on disk.
  if (decodeUtf8(encodeUtf8(id)) !== id) return 'it is not well-formed Unicode';
  return undefined;
}
