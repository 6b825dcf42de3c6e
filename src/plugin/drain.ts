import type { IncomingMessage } from 'node:http';

/**
 * Reads what is left of a request's body and forgets it; ends too when the connection does.
 *
 * Whoever is answered before all of a request was taken sees a broken connection, and asks again.
 *
 * @internal
 */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  await new Promise<void>((resolve) => {
    request
      .once('end', resolve)
      .once('close', resolve)
      .once('error', () => resolve());
    request.resume();
  });
}
