/**
 * Type bits of `st_mode`.
 *
 * @public
 * @since 0.1.0
 */
export const FILE_TYPE = Object.freeze({
  MASK: 0o170000,
  SOCKET: 0o140000,
  SYMLINK: 0o120000,
  REGULAR: 0o100000,
  BLOCK: 0o060000,
  DIRECTORY: 0o040000,
  CHARACTER: 0o020000,
  FIFO: 0o010000,
});
