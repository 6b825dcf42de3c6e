/**
 * Where the seed panics. Go runs its deferred functions then, but moby's undo only acts on a
 * returned error, so that a panic undoes nothing; hence this is no GraphDriverError.
 *
 * @source Go 1.13 runtime/panic.go
 * @internal
 */
export class GoPanicError extends Error {
  override readonly name = 'GoPanicError';
  readonly code = 'panic';
}

/** Go's text for a method call on a nil pointer. */
export const NIL_DEREFERENCE = 'runtime error: invalid memory address or nil pointer dereference';
