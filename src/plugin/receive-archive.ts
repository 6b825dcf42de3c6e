import type { IncomingMessage } from 'node:http';
import { GraphDriverError } from '../domain/errors.js';

/** An archive ends with two blocks of zeros. */
const END_BYTES = 1024;

/**
 * The archive in the body of an ApplyDiff, chunk by chunk. It ends well only where the whole body
 * came and ends as archives end; else reading it fails, and the layer is not filled.
 *
 * A daemon whose connection broke sends the rest of its body, or nothing, as if it were an archive:
 * what has no end of its own is never taken for whole.
 *
 * @source moby pkg/plugins/client.go callWithRetry
 * @internal
 */
export class ReceivedArchive implements AsyncIterable<Uint8Array> {
  readonly #request: IncomingMessage;
  #bytes = 0;
  #zeros = 0;

  constructor(request: IncomingMessage) {
    this.#request = request;
  }

  /** How many bytes came so far. */
  get bytes(): number {
    return this.#bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      // Whoever stops reading must not end the connection, on which the answer follows.
      for await (const chunk of this.#request.iterator({ destroyOnReturn: false })) {
        const part = chunk as Buffer;
        this.#bytes += part.length;
        this.#countZeros(part);
        yield part;
      }
    } catch (cause) {
      throw archiveError(`was cut off after ${this.#bytes} bytes`, cause);
    }
    if (!this.#request.complete) throw archiveError(`was cut off after ${this.#bytes} bytes`);
    if (this.#bytes === 0) throw archiveError('is empty');
    if (this.#zeros < END_BYTES) {
      throw archiveError(`has no end after ${this.#bytes} bytes`);
    }
  }

  #countZeros(chunk: Buffer): void {
    let at = chunk.length;
    while (at > 0 && chunk[at - 1] === 0) {
      at -= 1;
      // More than enough is as good as enough.
      if (chunk.length - at >= END_BYTES) break;
    }
    const trailing = chunk.length - at;
    this.#zeros = at === 0 ? this.#zeros + trailing : trailing;
  }
}

function archiveError(what: string, cause?: unknown): GraphDriverError {
  return new GraphDriverError('archive-body', `the archive ${what}`, { cause });
}
