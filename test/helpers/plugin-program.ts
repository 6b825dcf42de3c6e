/** `plugin serve` in a process of its own, on a socket and a home in one scratch directory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unmountBelow } from './scenario-unmount.js';

export const BIN = fileURLToPath(new URL('../../bin/overlay2-ref', import.meta.url));
const CHILD = fileURLToPath(new URL('./plugin-child.mjs', import.meta.url));
const START_MS = 20_000;
const POLL_MS = 20;

/** See above. Call {@link PluginProgram.remove} in `afterEach`. */
export class PluginProgram {
  readonly scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-plugin-'));
  readonly socket: string;
  readonly state = join(this.scratch, 'state');
  readonly home = join(this.scratch, 'root', 'overlay2');
  child: ChildProcess | undefined;
  log = '';

  /** @param socket - where it listens; in the scratch directory unless told. */
  constructor(socket?: string) {
    this.socket = socket ?? join(this.scratch, 'p.sock');
  }

  /** Starts it and waits until it listens. */
  async start(words: readonly string[] = []): Promise<void> {
    this.log = '';
    const args = [BIN, 'plugin', 'serve', '--socket', this.socket, '--state', this.state];
    await this.run(process.execPath, [...args, ...words]);
  }

  /** Starts one that can be told to kill itself. */
  async startMortal(): Promise<void> {
    await this.run(process.execPath, [CHILD, this.socket, this.state], 'ipc');
  }

  /** From now on, it kills itself instead of the n-th call that would change something. */
  async killAt(call: number): Promise<void> {
    const armed = new Promise((resolve) => this.child?.once('message', resolve));
    this.child?.send(call);
    await armed;
  }

  /** Waits until it has ended by itself; gives its exit code, or the signal. */
  async ended(): Promise<number | string | null> {
    const { child } = this;
    if (child === undefined) return null;
    const { exitCode, signalCode } = child;
    if (exitCode !== null || signalCode !== null) return exitCode ?? signalCode;
    return new Promise((resolve) => child.once('exit', (code, by) => resolve(code ?? by)));
  }

  /** Starts any command that listens on the socket, and waits until it does. */
  async run(command: string, args: readonly string[], channel?: 'ipc'): Promise<void> {
    const pipes = ['ignore', 'ignore', 'pipe'] as const;
    const child = spawn(command, args, { stdio: channel ? [...pipes, channel] : [...pipes] });
    child.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    this.child = child;
    for (let waited = 0; waited < START_MS; waited += POLL_MS) {
      if (child.exitCode !== null) throw new Error(`it ended: ${this.log}`);
      const reply = await this.send('Plugin.Activate', undefined).catch(() => undefined);
      if (reply !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`it does not listen: ${this.log}`);
  }

  /** Ends it by a signal; gives its exit code, or the signal. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return null;
    const { exitCode, signalCode } = child;
    if (exitCode !== null || signalCode !== null) return exitCode ?? signalCode;
    const ended = new Promise<number | string | null>((resolve) =>
      child.once('exit', (code, by) => resolve(code ?? by)),
    );
    child.kill(signal);
    return ended;
  }

  /** Asks a method; gives what it answers, whatever that is. */
  async ask(method: string, members: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const response = await this.send(`GraphDriver.${method}`, JSON.stringify(members));
    return JSON.parse((await bodyOf(response)).toString()) as Record<string, unknown>;
  }

  /** The same, which has to succeed. */
  async succeed(method: string, members: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.ask(method, members);
    if (answer['Err'] !== undefined) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return answer;
  }

  async init(): Promise<void> {
    await this.succeed('Init', { Home: this.home, Opts: null, UIDMaps: null, GIDMaps: null });
  }

  /** Asks for an archive; its body streams. */
  diff(id: string, parent = ''): Promise<IncomingMessage> {
    return this.send('GraphDriver.Diff', JSON.stringify({ ID: id, Parent: parent }));
  }

  /** Sends an archive. */
  async apply(
    id: string,
    parent: string,
    archive: AsyncIterable<Uint8Array>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const path = `GraphDriver.ApplyDiff?id=${id}&parent=${parent}`;
    const body = await bodyOf(await this.send(path, archive));
    return JSON.parse(body.toString()) as Record<string, unknown>;
  }

  send(
    path: string,
    body: string | AsyncIterable<Uint8Array> | undefined,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        socketPath: this.socket,
        path: `/${path}`,
        method: 'POST',
        agent: false,
      });
      request.on('response', resolve).on('error', reject);
      if (body === undefined || typeof body === 'string') request.end(body);
      else void pump(body, request).catch(reject);
    });
  }

  /** Mount points below the scratch directory. */
  mounts(): readonly string[] {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((path) => path.startsWith(`${this.scratch}/`));
  }

  /** The most memory that the process has had, in MiB. */
  peakMemory(): number {
    const status = readFileSync(`/proc/${this.child?.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    unmountBelow(join(this.scratch, 'root'));
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** Reads a body to its end. */
export async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function pump(
  body: AsyncIterable<Uint8Array>,
  request: ReturnType<typeof httpRequest>,
): Promise<void> {
  for await (const chunk of body) {
    await new Promise<void>((resolve, reject) => {
      request.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }
  request.end();
}
