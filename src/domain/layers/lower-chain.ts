import { GraphDriverError, isNotExist } from '../errors.js';
import { goJoin } from '../go/path.js';
import { goQuote } from '../go/quote.js';
import { LINK_DIR } from './layout.js';
import { LOWERS_MAX } from './limits.js';
import { isLinkId, parseLinkId } from './link-id.js';

/**
 * A chain of more than {@link LOWERS_MAX} lowers.
 *
 * @source moby overlay2/overlay.go getLower
 * @public
 * @since 0.1.0
 */
export class MaxDepthError extends GraphDriverError {
  constructor() {
    super('max-depth', 'max depth exceeded');
  }
}

/**
 * A `lower` file with an entry that profile strict refuses. The message is
 * `layer <%q>: lower entry <%q> is not a link`.
 *
 * @public
 * @since 0.1.0
 */
export class InvalidLowerError extends GraphDriverError {
  /** The layer whose `lower` file it is. */
  readonly id: string;
  readonly entry: string;

  constructor(id: string, entry: string) {
    super('invalid-lower', `layer ${goQuote(id)}: lower entry ${goQuote(entry)} is not a link`);
    this.id = id;
    this.entry = entry;
  }
}

/**
 * Whether the metadata of a layer is taken as it is, or checked.
 *
 * @public
 * @since 0.1.0
 */
export interface MetadataRules {
  /** The layer whose files they are, for the error. */
  readonly id: string;
  /** any content of `link` will do. */
  readonly trustLink: boolean;
  /** any content of `lower` will do. */
  readonly trustLower: boolean;
}

const TRUSTING: MetadataRules = Object.freeze({ id: '', trustLink: true, trustLower: true });

/**
 * Gives the `lower` file of a child from its parent's link and lower.
 *
 * QUIRK: where `link` is trusted, an empty one gives the entry `l`, so that the link directory
 * itself becomes a layer; one would have expected an error.
 *
 * @param parentLink - content of the parent's `link` file.
 * @param parentLower - content of the parent's `lower` file; undefined when it has none.
 * @param rules - of the parent; left out, both files are trusted.
 * @returns `l/<link>` entries joined by ":", uppermost first.
 * @throws {@link InvalidLinkError} when the link is not trusted and is not a link id.
 * @throws {@link InvalidLowerError} when the lower is not trusted and an entry is not a link.
 * @throws {@link MaxDepthError} when the chain would exceed {@link LOWERS_MAX} entries.
 * @source moby overlay2/overlay.go getLower
 * @public
 * @since 0.1.0
 */
export function childLower(
  parentLink: string,
  parentLower: string | undefined,
  rules: MetadataRules = TRUSTING,
): string {
  const link = rules.trustLink ? parentLink : parseLinkId(parentLink, rules.id);
  const below = parentLower === undefined ? [] : splitLower(parentLower, rules);
  const lowers = [goJoin(LINK_DIR, link), ...below];
  if (lowers.length > LOWERS_MAX) throw new MaxDepthError();
  return formatLower(lowers);
}

/**
 * Gives the entries of a `lower` file. An empty file has one entry, the empty one, as Go's
 * `strings.Split` has it.
 *
 * QUIRK: where `lower` is trusted, the empty entry later names the home itself; one would
 * have expected an error, or no entry.
 *
 * @param text - the whole content, entries joined by ":".
 * @param rules - left out, the file is trusted.
 * @returns entries, uppermost first.
 * @throws {@link InvalidLowerError} when the file is not trusted and an entry is not `l/` with a
 *   link id.
 * @source moby overlay2/overlay.go Get, getLowerDirs
 * @public
 * @since 0.1.0
 */
export function splitLower(text: string, rules: MetadataRules = TRUSTING): readonly string[] {
  const entries = text.split(':');
  if (rules.trustLower) return entries;
  const stranger = entries.find((entry) => !isLinkEntry(entry));
  if (stranger !== undefined) throw new InvalidLowerError(rules.id, stranger);
  return entries;
}

/**
 * Gives the content of a `lower` file from its entries.
 *
 * @param entries - uppermost first.
 * @returns the entries joined by ":", without a newline.
 * @source moby overlay2/overlay.go getLower
 * @public
 * @since 0.1.0
 */
export function formatLower(entries: readonly string[]): string {
  return entries.join(':');
}

/**
 * Decides whether a parent whose `lower` could not be read counts as one without lowers.
 *
 * QUIRK: where `anyErrorMeansNone` holds, every failure does, so that a bad read cuts the chain
 * silently; one would have expected only a missing file to.
 *
 * @param error - what reading the file failed with.
 * @throws the error itself, when it does not mean "no lowers".
 * @source moby overlay2/overlay.go getLower
 * @public
 * @since 0.1.0
 */
export function assertMeansNoLower(
  error: unknown,
  rules: { readonly anyErrorMeansNone: boolean },
): void {
  if (!rules.anyErrorMeansNone && !isNotExist(error)) throw error;
}

function isLinkEntry(entry: string): boolean {
  const prefix = `${LINK_DIR}/`;
  return entry.startsWith(prefix) && isLinkId(entry.slice(prefix.length));
}
