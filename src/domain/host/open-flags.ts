/**
 * `open` flags with one value on every architecture; adapters translate them.
 *
 * @public
 * @since 0.1.0
 */
export const OPEN = Object.freeze({
  READ_ONLY: 0,
  WRITE_ONLY: 1,
  READ_WRITE: 2,
  CREATE: 4,
  EXCLUSIVE: 8,
  TRUNCATE: 16,
  NO_FOLLOW: 32,
  DIRECTORY: 64,
});
