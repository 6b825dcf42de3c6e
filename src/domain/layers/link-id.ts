import { assert } from '../assert.js';
import { GraphDriverError } from '../errors.js';
import { goQuote } from '../go/quote.js';
import { LINK_ID_LENGTH } from './limits.js';

declare const linkIdBrand: unique symbol;

/**
 * The short name of a layer below the link directory: 26 characters of `A`-`Z` and `2`-`7`.
 *
 * @public
 * @since 0.1.0
 */
export type LinkId = string & { readonly [linkIdBrand]: true };

/**
 * How many random bytes a link id is made of: enough for 26 characters of 5 bits.
 *
 * @source moby overlay2/randomid.go generateID
 * @public
 * @since 0.1.0
 */
export const LINK_ID_RANDOM_BYTES = Math.ceil((LINK_ID_LENGTH * 5) / 8);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LINK_ID = new RegExp(`^[A-Z2-7]{${LINK_ID_LENGTH}}$`);

/**
 * A `link` file whose content profile strict refuses. The message is
 * `layer <%q>: link file holds <%q>, not a link id`.
 *
 * @public
 * @since 0.1.0
 */
export class InvalidLinkError extends GraphDriverError {
  /** The layer whose `link` file it is. */
  readonly id: string;
  readonly content: string;

  constructor(id: string, content: string) {
    super(
      'invalid-link',
      `layer ${goQuote(id)}: link file holds ${goQuote(content)}, not a link id`,
    );
    this.id = id;
    this.content = content;
  }
}

/**
 * Gives the link id of random bytes: standard base-32, cut before the padding could begin.
 *
 * @param bytes - exactly {@link LINK_ID_RANDOM_BYTES} bytes.
 * @source moby overlay2/randomid.go generateID
 * @public
 * @since 0.1.0
 */
export function linkIdFromBytes(bytes: Uint8Array): LinkId {
  assert(bytes.length === LINK_ID_RANDOM_BYTES, 'a link id is made of 17 bytes');

  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  const unusedBits = BigInt(LINK_ID_RANDOM_BYTES * 8 - LINK_ID_LENGTH * 5);
  bits >>= unusedBits;

  let id = '';
  for (let i = 0; i < LINK_ID_LENGTH; i++) {
    id = ALPHABET.charAt(Number(bits & 31n)) + id;
    bits >>= 5n;
  }
  return id as LinkId;
}

/**
 * Tells whether a text is a link id.
 *
 * @public
 * @since 0.1.0
 */
export function isLinkId(text: string): text is LinkId {
  return LINK_ID.test(text);
}

/**
 * Checks the content of a `link` file as profile strict does; moby trusts it.
 *
 * @param content - the whole content of the file.
 * @param id - the layer whose file it is, for the error.
 * @throws {@link InvalidLinkError} when the content is not a link id.
 * @public
 * @since 0.1.0
 */
export function parseLinkId(content: string, id: string): LinkId {
  if (!isLinkId(content)) throw new InvalidLinkError(id, content);
  return content;
}
