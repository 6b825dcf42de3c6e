import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { errorOfReply } from '../../protocol/error-of-reply.js';
import { ProtocolFault, type ProtocolFaultKind } from '../../protocol/protocol-fault.js';
import { errnoNamed } from '../../protocol/reply.js';

const OK = 200;
const TEXT_MAX = 2000;

/** What a method answers, whose members are all optional. */
export type Answer = Readonly<Record<string, unknown>>;

/**
 * Calls a graph driver plugin as Docker's daemon does, but never twice: a daemon that repeats a
 * call hides what went wrong with the first.
 *
 * @internal
 */
export class PluginClient {
  readonly #socket: string;
  readonly #timeoutMs: number;
  readonly #agent = new Agent({ keepAlive: true });

  /**
   * @param socket - path of a unix socket.
   * @param timeoutMs - how long nothing may come before a call is taken for hanging.
   */
  constructor(socket: string, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Calls a method that answers with JSON.
   *
   * @param method - `GraphDriver.Get` and the like.
   * @throws GraphDriverError where the driver failed; ProtocolFault where there was no answer, or
   *   none of the protocol.
   */
  async call(method: string, members?: object): Promise<Answer> {
    const body = members === undefined ? '' : `${JSON.stringify(members)}\n`;
    return this.#answerOf(method, await this.#send(method, body));
  }

  /**
   * Asks for the archive of a layer and reads it to its end.
   *
   * @throws as {@link PluginClient.call}; ProtocolFault where it breaks off.
   */
  async diff(members: object): Promise<Buffer> {
    const method = 'GraphDriver.Diff';
    const reply = await this.#send(method, `${JSON.stringify(members)}\n`);
    if (reply.status === OK) return reply.body;
    this.#answerOf(method, reply);
    throw fault('wrong-reply', method, `status ${reply.status} without Err`);
  }

  /**
   * Sends an archive.
   *
   * @throws as {@link PluginClient.call}.
   */
  async applyDiff(id: string, parent: string, archive: AsyncIterable<Uint8Array>): Promise<Answer> {
    const method = `GraphDriver.ApplyDiff?id=${escape(id)}&parent=${escape(parent)}`;
    return this.#answerOf(method, await this.#send(method, archive));
  }

  /** Ends the connections that are open. */
  dispose(): void {
    this.#agent.destroy();
  }

  #answerOf(method: string, { status, body }: Reply): Answer {
    const text = body.toString();
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      throw fault('not-json', method, `status ${status}: ${text}`);
    }
    if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
      throw fault('not-json', method, `status ${status}: ${text}`);
    }
    const { Err, Code, Errno } = answer as Answer;
    if (typeof Err === 'string' && Err !== '') {
      // Not of the protocol: what our own plugin tells besides, which the daemon passes over.
      const errno = typeof Errno === 'string' ? errnoNamed(Errno) : undefined;
      throw errorOfReply({
        message: Err,
        ...(typeof Code === 'string' ? { code: Code } : {}),
        ...(errno === undefined ? {} : { errno }),
      });
    }
    if (status !== OK) throw fault('wrong-reply', method, `status ${status}: ${text}`);
    return answer as Answer;
  }

  #send(method: string, body: string | AsyncIterable<Uint8Array>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const broken = (error: Error): void => reject(fault('exit', method, error.message));
      const request = httpRequest(
        { socketPath: this.#socket, path: `/${method}`, method: 'POST', agent: this.#agent },
        (response) => void readAll(response).then(resolve, broken),
      );
      request.on('error', broken);
      request.setTimeout(this.#timeoutMs, () => {
        reject(fault('late', method, `nothing for ${this.#timeoutMs} ms`));
        request.destroy();
      });
      if (typeof body === 'string') request.end(body);
      else void writeAll(request, body).catch(broken);
    });
  }
}

interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

async function readAll(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  if (!response.complete) throw new Error('the answer breaks off');
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks) };
}

async function writeAll(
  request: ReturnType<typeof httpRequest>,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const chunk of body) {
    await new Promise<void>((resolve, reject) => {
      request.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }
  request.end();
}

/** The daemon does not escape, and so cannot ask for every id. */
function escape(id: string): string {
  return encodeURIComponent(Buffer.from(id).toString());
}

function fault(kind: ProtocolFaultKind, method: string, came: string): ProtocolFault {
  return new ProtocolFault(kind, { request: method, came: came.slice(0, TEXT_MAX), stderr: '' });
}
