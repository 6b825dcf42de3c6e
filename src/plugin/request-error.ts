/**
 * A request that is none of the protocol: it is answered with a status of its own, and no driver
 * hears of it.
 *
 * @internal
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** HTTP status, from 400. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
