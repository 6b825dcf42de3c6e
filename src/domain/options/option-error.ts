import { GraphDriverError } from '../errors.js';

/**
 * An option that the driver does not take. The message is moby's.
 *
 * @public
 * @since 0.1.0
 */
export class OptionError extends GraphDriverError {
  constructor(message: string) {
    super('option', message);
  }
}
