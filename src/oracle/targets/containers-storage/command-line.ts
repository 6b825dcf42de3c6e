import { spawn } from 'node:child_process';
import { ProtocolFault } from '../../protocol/protocol-fault.js';
import { failureOfStore } from './store-failure.js';

const PROGRAM = 'containers-storage';
const TOLD_MAX = 2000;

/** Where a store lies. */
export interface StorePlace {
  /** `--graph`; layers lie in `overlay` below it. */
  readonly graph: string;
  /** `--run` */
  readonly run: string;
}

/**
 * Runs the commands of `containers-storage` on a store, each a process of its own.
 *
 * @internal
 */
export class StoreCommands {
  readonly #options: readonly string[];
  readonly #timeoutMs: number;

  /** @param timeoutMs - how long a command may take. */
  constructor({ graph, run }: StorePlace, timeoutMs: number) {
    this.#options = ['--graph', graph, '--run', run, '--storage-driver', 'overlay'];
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Runs a command and gives what it wrote to standard output.
   *
   * @param words - the command, its options and its arguments.
   * @throws GraphDriverError where it failed; ProtocolFault where it could not be started, did not
   *   end in time or was ended by a signal.
   */
  async run(words: readonly string[], stdin?: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const { stdout, stderr } = await this.told(words, stdin);
    void stderr;
    return stdout;
  }

  /** Runs a command as `run` does, and gives what it wrote to standard error, too. */
  async told(
    words: readonly string[],
    stdin?: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly stdout: Buffer; readonly stderr: string }> {
    const child = spawn(PROGRAM, [...this.#options, ...words], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | string>((resolve, reject) => {
      child.once('error', (error) => reject(this.#fault('start', words, error.message, '')));
      child.once('close', (code, signal) => resolve(code ?? signal ?? ''));
    });
    // A program that ends before it has read everything is judged by what it says.
    child.stdin.on('error', () => undefined);
    const late = setTimeout(() => child.kill('SIGKILL'), this.#timeoutMs);
    try {
      const [status, out, err] = await Promise.all([
        ended,
        collect(child.stdout),
        collect(child.stderr),
        feed(child.stdin, stdin),
      ]);
      const stderr = err.toString();
      if (status === 0) return { stdout: out, stderr };
      if (status === 'SIGKILL') {
        throw this.#fault('late', words, `nothing for ${this.#timeoutMs} ms`, stderr);
      }
      if (typeof status === 'string') throw this.#fault('exit', words, status, stderr);
      throw failureOfStore(stderr);
    } finally {
      clearTimeout(late);
    }
  }

  #fault(
    kind: 'start' | 'late' | 'exit',
    words: readonly string[],
    came: string,
    stderr: string,
  ): ProtocolFault {
    const request = [PROGRAM, ...words].join(' ');
    return new ProtocolFault(kind, { request, came, stderr: stderr.slice(-TOLD_MAX) });
  }
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function feed(
  stdin: NodeJS.WritableStream,
  bytes: AsyncIterable<Uint8Array> | undefined,
): Promise<void> {
  for await (const chunk of bytes ?? []) stdin.write(chunk);
  stdin.end();
}
