import { GraphDriverError } from '../errors.js';

/**
 * The host cannot carry the driver; a selector of drivers goes on to the next one.
 *
 * @source moby daemon/graphdriver/errors.go NotSupportedError
 * @public
 * @since 0.1.0
 */
export class NotSupportedError extends GraphDriverError {
  constructor(message: string) {
    super('not-supported', message);
  }
}

/**
 * Why a host cannot carry the driver, in moby's words.
 *
 * @source moby daemon/graphdriver/errors.go ErrNotSupported, ErrPrerequisites, ErrIncompatibleFS
 * @public
 * @since 0.1.0
 */
export const NOT_SUPPORTED_TEXT = Object.freeze({
  DRIVER: 'driver not supported',
  PREREQUISITES: 'prerequisites for driver not satisfied (wrong filesystem?)',
  INCOMPATIBLE_FS: 'backing file system is unsupported for this graph driver',
});
