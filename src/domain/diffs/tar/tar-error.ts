import { GraphDriverError } from '../../errors.js';

/**
 * What is wrong with an archive, or with a header that cannot be written. The message is Go's.
 *
 * @public
 * @since 0.1.0
 */
export type TarErrorCode =
  | 'tar-header'
  | 'tar-field-too-long'
  | 'tar-unexpected-eof'
  | 'tar-sparse'
  | 'tar-cannot-encode'
  | 'tar-write';

/**
 * A broken archive, or a header that cannot be encoded.
 *
 * @source Go 1.13 archive/tar common.go
 * @public
 * @since 0.1.0
 */
export class TarError extends GraphDriverError {
  declare readonly code: TarErrorCode;

  constructor(code: TarErrorCode, message: string) {
    super(code, message);
  }
}

/**
 * Makes the error of a header that is no tar header.
 *
 * @source Go 1.13 archive/tar ErrHeader
 * @public
 * @since 0.1.0
 */
export function invalidHeader(): TarError {
  return new TarError('tar-header', 'archive/tar: invalid tar header');
}

/**
 * Makes the error of an archive that ends inside a header or inside data.
 *
 * @source Go 1.13 io.ErrUnexpectedEOF
 * @public
 * @since 0.1.0
 */
export function unexpectedEof(): TarError {
  return new TarError('tar-unexpected-eof', 'unexpected EOF');
}

/**
 * Makes the error of an extension that is larger than is accepted.
 *
 * @source Go 1.13 archive/tar ErrFieldTooLong
 * @public
 * @since 0.1.0
 */
export function fieldTooLong(): TarError {
  return new TarError('tar-field-too-long', 'archive/tar: header field too long');
}

/**
 * Makes the error of a sparse file whose map names more data than the archive holds.
 *
 * @source Go 1.13 archive/tar errMissData
 * @public
 * @since 0.1.0
 */
export function sparseMissingData(): TarError {
  return new TarError('tar-sparse', 'archive/tar: sparse file references non-existent data');
}

/**
 * Makes the error of a sparse file with data that its map does not name.
 *
 * @source Go 1.13 archive/tar errUnrefData
 * @public
 * @since 0.1.0
 */
export function sparseUnreferencedData(): TarError {
  return new TarError('tar-sparse', 'archive/tar: sparse file contains unreferenced data');
}

/**
 * Makes the error of a sparse map that is larger than is accepted.
 *
 * @source Go 1.25 archive/tar errSparseTooLong
 * @public
 * @since 0.1.0
 */
export function sparseTooLong(): TarError {
  return new TarError('tar-sparse', 'archive/tar: sparse map too long');
}

/**
 * Makes the error of a header that cannot be encoded.
 *
 * @param reasons - why; empty ones are left out.
 * @source Go 1.13 archive/tar headerError
 * @public
 * @since 0.1.0
 */
export function cannotEncode(...reasons: readonly string[]): TarError {
  const why = reasons.filter((reason) => reason !== '').join('; and ');
  const message = 'archive/tar: cannot encode header';
  return new TarError('tar-cannot-encode', why === '' ? message : `${message}: ${why}`);
}

/**
 * Makes the error of an entry whose data came up short of its header, noticed at the next header.
 *
 * @param missingBytes - bytes that the header promised and nobody wrote.
 * @source Go 1.13 archive/tar Writer.Flush
 * @public
 * @since 0.1.0
 */
export function missedWriting(missingBytes: bigint): TarError {
  return new TarError('tar-write', `archive/tar: missed writing ${missingBytes} bytes`);
}

/**
 * Makes the error of data beyond what the header promised.
 *
 * @source Go 1.13 archive/tar ErrWriteTooLong
 * @public
 * @since 0.1.0
 */
export function writeTooLong(): TarError {
  return new TarError('tar-write', 'archive/tar: write too long');
}
