import type { ServerResponse } from 'node:http';

const OK = 200;
const HEADERS = { 'Content-Type': 'application/octet-stream' };

/**
 * Answers a Diff with an archive, as fast as its reader reads it. A failure before the first byte
 * is thrown, so that it can be answered; one after it ends the connection without the end of the
 * body, which is the one way to tell of it then.
 *
 * @returns how many bytes were sent, and the failure that ended them.
 * @throws what the archive's first chunk fails with.
 * @internal
 */
export async function sendArchive(
  response: ServerResponse,
  archive: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: number; readonly failure?: unknown }> {
  const chunks = archive[Symbol.asyncIterator]();
  let bytes = 0;
  let isEnded = false;
  try {
    let next = await chunks.next();
    response.writeHead(OK, HEADERS);
    while (next.done !== true) {
      await write(response, next.value);
      bytes += next.value.length;
      next = await chunks.next();
    }
    isEnded = true;
    await end(response);
    return { bytes };
  } catch (failure) {
    if (!response.headersSent) throw failure;
    response.destroy();
    return { bytes, failure };
  } finally {
    if (!isEnded) await chunks.return?.();
  }
}

/** Waits until a chunk was handed on: its memory is the archive's, which uses it again. */
function write(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return untilDone(response, (done) => response.write(chunk, done));
}

function end(response: ServerResponse): Promise<void> {
  return untilDone(response, (done) => response.end(() => done(null)));
}

/** A connection that goes away need not tell each write of it. */
function untilDone(
  response: ServerResponse,
  start: (done: (error: Error | null | undefined) => void) => unknown,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the reader went away'));
    if (response.destroyed) {
      gone();
      return;
    }
    response.once('close', gone);
    start((error) => {
      response.off('close', gone);
      if (error) reject(error);
      else resolve();
    });
  });
}
