// Establishes moby's texts for hosts that cannot carry the driver.
import { describe, expect, it } from 'vitest';
import { GraphDriverError } from '../../../../src/domain/errors.js';
import {
  NOT_SUPPORTED_TEXT,
  NotSupportedError,
} from '../../../../src/domain/host/not-supported.js';

describe('NotSupportedError', () => {
  it('has a code of its own', () => {
    const error = new NotSupportedError(NOT_SUPPORTED_TEXT.DRIVER);

    expect(error).toBeInstanceOf(GraphDriverError);
    expect(error).toMatchObject({
      message: 'driver not supported',
      code: 'not-supported',
      name: 'NotSupportedError',
    });
  });

  it('has three texts', () => {
    expect(NOT_SUPPORTED_TEXT).toStrictEqual({
      DRIVER: 'driver not supported',
      PREREQUISITES: 'prerequisites for driver not satisfied (wrong filesystem?)',
      INCOMPATIBLE_FS: 'backing file system is unsupported for this graph driver',
    });
    expect(Object.isFrozen(NOT_SUPPORTED_TEXT)).toBe(true);
  });
});
