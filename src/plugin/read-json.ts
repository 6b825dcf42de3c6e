import type { IncomingMessage } from 'node:http';
import { RequestError } from './request-error.js';

/** Requests are names and options; nothing that a daemon sends comes near this. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;
const BAD_REQUEST = 400;
const TOO_LARGE = 413;

/**
 * Reads a request's body to its end and gives the JSON object in it.
 *
 * An empty body is no request: a daemon that repeats a call after a broken connection has used its
 * body up and sends none.
 *
 * @throws RequestError of 400 for a body that was cut off, is empty, no UTF-8 or no JSON object, of
 *   413 for one above 4 MiB.
 * @source moby pkg/plugins/client.go callWithRetry
 * @internal
 */
export async function readJson(
  request: IncomingMessage,
): Promise<Readonly<Record<string, unknown>>> {
  const text = decode(await readBody(request));
  if (text.trim() === '') throw new RequestError(BAD_REQUEST, 'the request has no body');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RequestError(BAD_REQUEST, `the request is no JSON: ${why}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError(BAD_REQUEST, 'the request is no JSON object');
  }
  return value as Readonly<Record<string, unknown>>;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const part = chunk as Buffer;
      bytes += part.length;
      // What is too much is read to its end all the same, so that the answer can be read, too.
      if (bytes <= BODY_BYTES_MAX) chunks.push(part);
    }
  } catch {
    throw new RequestError(BAD_REQUEST, 'the request was cut off');
  }
  if (bytes > BODY_BYTES_MAX) {
    throw new RequestError(TOO_LARGE, `the request is longer than ${BODY_BYTES_MAX} bytes`);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RequestError(BAD_REQUEST, 'the request is no UTF-8');
  }
}
