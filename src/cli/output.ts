import type { Writable } from 'node:stream';
import { GraphDriverError } from '../domain/errors.js';
import { CommandExit, EXIT } from './exit-code.js';

/**
 * Writes bytes or text and waits until the stream has taken them, so that a slow reader slows the
 * writer down and memory does not grow.
 *
 * @param name - what an error calls the stream.
 * @throws CommandExit where the reader has gone away, about which there is nothing to say.
 * @throws GraphDriverError `write <name>: …` for any other failure.
 * @internal
 */
export async function writeTo(
  stream: Writable,
  bytes: Uint8Array | string,
  name: string,
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      stream.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    throw writeFailure(error, name);
  }
}

/**
 * Writes one JSON document in one line; a `bigint` becomes a decimal string.
 *
 * @internal
 */
export async function writeJson(stream: Writable, value: unknown, name: string): Promise<void> {
  await writeTo(stream, `${toJson(value)}\n`, name);
}

/**
 * Gives JSON in which a `bigint` is a decimal string.
 *
 * @internal
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? part.toString() : part,
  );
}

/**
 * Keeps a stream's failure from ending the process while {@link writeTo} tells of it too.
 *
 * @returns the function that ends this.
 * @internal
 */
export function quieten(stream: Writable): () => void {
  const ignore = (): void => undefined;
  stream.on('error', ignore);
  return () => void stream.off('error', ignore);
}

function writeFailure(error: unknown, name: string): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return new CommandExit(EXIT.FAILED);
  const text = REASONS.get(code) ?? (error instanceof Error ? error.message : String(error));
  return new GraphDriverError('output', `write ${name}: ${text}`, { cause: error });
}

/** What may befall a file that output was redirected to, in Go's words. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no space left on device'],
  ['EDQUOT', 'disk quota exceeded'],
  ['EIO', 'input/output error'],
  ['EFBIG', 'file too large'],
  ['EBADF', 'bad file descriptor'],
]);
