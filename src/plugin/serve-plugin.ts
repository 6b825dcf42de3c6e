import { mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { messageOf } from '../domain/errors.js';
import type { JsonLog } from './call-log.js';
import { claimSocket } from './claim-socket.js';
import { RememberedInit } from './remembered-init.js';
import { PluginServer } from './server.js';
import { PluginSession, type StartPluginDriver } from './session.js';
import { UseJournal } from './use-journal.js';

const STATE_MODE = 0o700;

/**
 * What a plugin is served with.
 *
 * @internal
 */
export interface ServePluginOptions {
  /** Where to listen: an absolute path, or a descriptor that was handed over. */
  readonly at: { readonly path: string } | { readonly fd: number };
  /** Absolute: where Home and counts are remembered; made where it is missing. */
  readonly stateDirectory: string;
  readonly start: StartPluginDriver;
  readonly log: JsonLog;
  /** Whether whoever connects may speak; everybody unless told. */
  readonly mayConnect?: (socket: Socket) => boolean;
}

/**
 * A plugin that listens.
 *
 * @internal
 */
export interface ServedPlugin {
  /** Removes the socket, answers what was asked, and ends the driver; mounts stay. */
  close(): Promise<void>;
}

/**
 * Serves the graph driver protocol until it is closed. What an earlier plugin knew is restored
 * before the first call is answered; where that fails, each call tries again.
 *
 * @throws what {@link claimSocket} throws; Error of node where the socket cannot be made.
 * @internal
 */
export async function servePlugin(options: ServePluginOptions): Promise<ServedPlugin> {
  const { at, stateDirectory, start, log, mayConnect } = options;
  mkdirSync(stateDirectory, { recursive: true, mode: STATE_MODE });
  const journal = new UseJournal(stateDirectory, (error) =>
    log.log('warning', 'who uses what cannot be remembered', { err: messageOf(error) }),
  );
  const remembered = new RememberedInit(stateDirectory);
  const session = new PluginSession({ start, remembered, journal });
  const server = new PluginServer({
    session,
    log,
    ...(mayConnect === undefined ? {} : { mayConnect }),
  });
  if ('path' in at) await claimSocket(at.path);
  await server.listen(at);
  log.log('info', 'listening', { ...at, state: stateDirectory });
  try {
    const home = await session.restore();
    if (home !== undefined) log.log('info', 'restored', { home });
  } catch (error) {
    log.log('error', 'not restored', { err: messageOf(error) });
  }
  return {
    async close() {
      await server.close();
      await session.dispose();
      log.log('info', 'ended');
    },
  };
}
