import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf } from '../domain/errors.js';
import { answerCall, type CallOutcome } from './answer-call.js';
import type { JsonLog } from './call-log.js';
import type { PluginSession } from './session.js';

const FAULT = 500;
const MICROSECONDS = 1000;
/** Only root may read and write a socket that is made under this umask. */
const SOCKET_UMASK = 0o177;
const BAD_REQUEST_LINE = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';

/**
 * What a server is made from.
 *
 * @internal
 */
export interface PluginServerOptions {
  readonly session: PluginSession;
  readonly log: JsonLog;
  /** Whether whoever connects may speak; everybody unless told. */
  readonly mayConnect?: (socket: Socket) => boolean;
}

/**
 * Serves the graph driver protocol of Docker's legacy plugins on a unix socket. Requests are
 * answered side by side, and none of them has a time limit, since an archive may take hours.
 *
 * @internal
 */
export class PluginServer {
  readonly #session: PluginSession;
  readonly #log: JsonLog;
  readonly #server: Server;
  readonly #running = new Set<Promise<void>>();
  #isClosing = false;

  constructor({ session, log, mayConnect }: PluginServerOptions) {
    this.#session = session;
    this.#log = log;
    this.#server = createServer((request, response) => this.#take(request, response));
    // A connection that ends between two requests makes the daemon repeat the second without its
    // body, so connections stay as long as the daemon wants.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 0;
    this.#server.timeout = 0;
    this.#server.on('clientError', (error: Error, socket) => this.#refuse(error, socket as Socket));
    this.#server.on('connection', (socket: Socket) => {
      if (mayConnect === undefined || mayConnect(socket)) return;
      this.#log.log('warning', 'refused a connection of somebody who is not root');
      socket.destroy();
    });
  }

  /**
   * Listens on a path, where nothing may be, or on a descriptor that somebody else listens on.
   *
   * @throws Error of node for a path that cannot be bound.
   */
  async listen(at: { readonly path: string } | { readonly fd: number }): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      const isListening = (): void => {
        this.#server.off('error', reject);
        resolve();
      };
      if ('fd' in at) {
        this.#server.listen(at, isListening);
        return;
      }
      // The socket is never open to others, not even for a moment; nothing else runs meanwhile.
      const umask = process.umask(SOCKET_UMASK);
      try {
        this.#server.listen(at, isListening);
      } finally {
        process.umask(umask);
      }
    });
  }

  /** Stops listening, which removes the socket, and waits until all requests are answered. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#server.closeIdleConnections();
    await closed;
  }

  /** How many requests are being answered. */
  get running(): number {
    return this.#running.size;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const answered = this.#answer(request, response);
    this.#running.add(answered);
    void answered.finally(() => this.#running.delete(answered));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = performance.now();
    // Failures of the connection are told where its bytes are read and written.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (this.#isClosing) response.shouldKeepAlive = false;
    let outcome: CallOutcome;
    try {
      outcome = await answerCall(this.#session, request, response);
    } catch (error) {
      response.destroy();
      outcome = { method: request.url ?? '', status: FAULT, error };
    }
    await untilSent(response);
    this.#tell(outcome, performance.now() - start);
    if (this.#isClosing) this.#server.closeIdleConnections();
  }

  #tell({ error, ...outcome }: CallOutcome, ms: number): void {
    const { status, method } = outcome;
    const fields = { ...outcome, ms: Math.round(ms * MICROSECONDS) / MICROSECONDS };
    if (error === undefined) {
      this.#log.log('info', method, fields);
      return;
    }
    const isOurs = status >= FAULT && !method.endsWith('.Diff');
    const stack = isOurs && error instanceof Error ? { stack: error.stack } : {};
    this.#log.log(isOurs ? 'error' : 'warning', method, {
      ...fields,
      err: messageOf(error),
      ...stack,
    });
  }

  #refuse(error: Error, socket: Socket): void {
    this.#log.log('warning', 'not HTTP', { err: messageOf(error) });
    if (socket.writable) socket.end(BAD_REQUEST_LINE);
    else socket.destroy();
  }
}

/** Waits until an answer was handed to the system, or nobody takes it any more. */
async function untilSent(response: ServerResponse): Promise<void> {
  if (response.writableFinished || response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once('finish', resolve).once('close', resolve);
  });
}
