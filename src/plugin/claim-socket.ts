import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { GraphDriverError } from '../domain/errors.js';

/** What a path of a unix socket may have, without its NUL. */
const PATH_BYTES_MAX = 107;
const DIRECTORY_MODE = 0o755;
/** The first descriptor that a service manager hands over. */
const FIRST_DESCRIPTOR = 3;

/**
 * Makes way for a socket: its directory is made, and a socket that nobody listens on any more is
 * removed.
 *
 * @throws GraphDriverError of code `socket` where somebody listens there, where something else has
 *   the name, or where the path is too long for a socket.
 * @internal
 */
export async function claimSocket(path: string): Promise<void> {
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) {
    throw socketError(`the path is longer than ${PATH_BYTES_MAX} bytes: ${path}`);
  }
  mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw socketError(`${path} is there and is no socket`);
  if (await isListenedOn(path)) throw socketError(`another process listens on ${path}`);
  unlinkSync(path);
}

/**
 * Gives the descriptor of the socket that a service manager has made for this process; undefined
 * where there is none.
 *
 * @throws GraphDriverError of code `socket` where there are several.
 * @internal
 */
export function inheritedSocket(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | undefined {
  if (env['LISTEN_PID'] !== String(pid)) return undefined;
  const count = Number(env['LISTEN_FDS']);
  if (count === 1) return FIRST_DESCRIPTOR;
  throw socketError(`one socket was expected to be handed over, and there are ${count}`);
}

function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createConnection(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(socketError(`${path}: ${error.message}`));
    });
  });
}

function socketError(text: string): GraphDriverError {
  return new GraphDriverError('socket', text);
}
