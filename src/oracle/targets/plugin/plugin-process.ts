import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { GraphDriverError } from '../../../domain/errors.js';

const POLL_MS = 20;
const START_MS = 20_000;
const END_MS = 20_000;
/** So much of the end of what it says is kept for the report. */
const STDERR_MAX = 4096;

/**
 * A plugin that is started for a check, and started anew where a sequence asks for another process.
 *
 * @internal
 */
export class PluginProcess {
  readonly #command: readonly string[];
  readonly #socket: string;
  #child: ChildProcess | undefined;

  /** @param command - the program and its arguments; it listens on the socket. */
  constructor(command: readonly string[], socket: string) {
    this.#command = command;
    this.#socket = socket;
  }

  /**
   * Starts it, and waits until it listens.
   *
   * @throws GraphDriverError of code `host` where it ends, or listens after 20 seconds to nobody.
   */
  async start(): Promise<void> {
    const [program = '', ...args] = this.#command;
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-STDERR_MAX);
    });
    let obstacle: string | undefined;
    child.once('error', (error) => (obstacle = error.message));
    child.once('exit', (code, signal) => (obstacle = `it ended: ${code ?? signal}`));
    for (let waited = 0; waited < START_MS; waited += POLL_MS) {
      if (obstacle !== undefined) throw cannot(`${program}: ${obstacle}: ${said.trim()}`);
      if (await listens(this.#socket)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw cannot(`${program} does not listen on ${this.#socket}`);
  }

  /** Ends it by SIGTERM, or where that takes too long by SIGKILL. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(late);
  }
}

function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(socket);
    const answer = (is: boolean): void => {
      probe.destroy();
      resolve(is);
    };
    probe.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

function cannot(text: string): GraphDriverError {
  return new GraphDriverError('host', text);
}
