import type { ServerResponse } from 'node:http';

const OK = 200;
/** A first chunk that is no longer waits for the next one: it may go out with its length. */
const SMALL_BYTES = 64 * 1024;
const HEADERS = { 'Content-Type': 'application/octet-stream' };

/**
 * Answers a Diff with an archive, as fast as its reader reads it. A failure before the first byte
 * is thrown, so that it can be answered; one after it ends the connection without the end of the
 * body, which is the one way to tell of it then. A small archive of one chunk, as those of most
 * steps of a build are, is sent in one piece.
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
    if (next.done !== true && next.value.length <= SMALL_BYTES) {
      // The archive may use the chunk's memory again.
      const first = Buffer.from(next.value);
      next = await chunks.next();
      isEnded = next.done === true;
      response.writeHead(OK, {
        ...HEADERS,
        ...(isEnded ? { 'Content-Length': first.length } : {}),
      });
      await (isEnded ? end(response, first) : write(response, first));
      bytes += first.length;
      if (isEnded) return { bytes };
    } else {
      response.writeHead(OK, HEADERS);
    }
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

function end(response: ServerResponse, last = Buffer.alloc(0)): Promise<void> {
  return untilDone(response, (done) => response.end(last, () => done(null)));
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
