import { GraphDriverError } from '../../domain/errors.js';
import { goQuote } from '../../domain/go/quote.js';
import { showBytePath } from './byte-path.js';

/**
 * A file that cannot be archived, since readers would take its name for a whiteout's.
 * The message is `cannot archive <%q>: the name is reserved for whiteouts`.
 *
 * @source docs/profiles.md
 * @public
 * @since 0.1.0
 */
export class ReservedNameError extends GraphDriverError {
  /** Relative to the root of the archive. */
  readonly path: string;

  /** @param path - byte path relative to the root of the archive. */
  constructor(path: string) {
    const shown = showBytePath(path);
    const text = `cannot archive ${goQuote(shown)}: the name is reserved for whiteouts`;
    super('reserved-name', text);
    this.path = shown;
  }
}
