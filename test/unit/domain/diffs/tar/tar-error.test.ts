// Establishes the texts and codes of archive errors.
import { describe, expect, it } from 'vitest';
import * as errors from '../../../../../src/domain/diffs/tar/tar-error.js';
import { GraphDriverError } from '../../../../../src/domain/errors.js';

describe('TarError', () => {
  it.each([
    [errors.invalidHeader(), 'tar-header', 'archive/tar: invalid tar header'],
    [errors.unexpectedEof(), 'tar-unexpected-eof', 'unexpected EOF'],
    [errors.fieldTooLong(), 'tar-field-too-long', 'archive/tar: header field too long'],
    [
      errors.sparseMissingData(),
      'tar-sparse',
      'archive/tar: sparse file references non-existent data',
    ],
    [
      errors.sparseUnreferencedData(),
      'tar-sparse',
      'archive/tar: sparse file contains unreferenced data',
    ],
    [errors.sparseTooLong(), 'tar-sparse', 'archive/tar: sparse map too long'],
    [errors.cannotEncode(), 'tar-cannot-encode', 'archive/tar: cannot encode header'],
    [
      errors.cannotEncode('', 'one', '', 'two'),
      'tar-cannot-encode',
      'archive/tar: cannot encode header: one; and two',
    ],
    [errors.missedWriting(7n), 'tar-write', 'archive/tar: missed writing 7 bytes'],
    [errors.writeTooLong(), 'tar-write', 'archive/tar: write too long'],
  ])('%s', (error, code, message) => {
    expect(error).toBeInstanceOf(GraphDriverError);
    expect(error).toMatchObject({ name: 'TarError', code, message });
  });
});
