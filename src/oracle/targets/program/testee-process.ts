import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  ProtocolFault,
  type ProtocolFaultKind as FaultKind,
} from '../../protocol/protocol-fault.js';
import { LineReader } from './line-reader.js';

const STDERR_BYTES = 4096;
const TOLD_CHARACTERS = 400;
/** How long a program that has closed its output, or was told to quit, may take to end. */
const END_MS = 2000;

/** How much a testee may send, and how long it may take. */
export interface TesteeLimits {
  /** Of a line, in bytes. */
  readonly lineBytesMax: number;
  /** For one reply, in milliseconds. */
  readonly replyMs: number;
}

/** What a testee may send and take unless told. */
export const TESTEE_LIMITS: TesteeLimits = { lineBytesMax: 64 * 1024 * 1024, replyMs: 30_000 };

/** A request that waits for its reply. */
interface Pending {
  readonly line: string;
  readonly resolve: (line: string) => void;
  readonly reject: (fault: ProtocolFault) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A program that reads a line and answers with one. What is no line in time is a fault; afterwards
 * it is killed, with the processes that it has started.
 *
 * @internal
 */
export class TesteeProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #limits: TesteeLimits;
  readonly #reader: LineReader;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #ended: Promise<void>;
  #stderr: Uint8Array = new Uint8Array(0);
  #pending: Pending | undefined;
  /** What was wrong before anybody asked. */
  #broken: readonly [kind: FaultKind, came: string] | undefined;
  #hasEnded = false;

  /** @param command - the program and its arguments. */
  constructor(command: readonly string[], limits: TesteeLimits) {
    const [program = '', ...args] = command;
    this.#limits = limits;
    this.#reader = new LineReader(limits.lineBytesMax);
    // A group of its own, so that what a wrapper has started ends with it.
    this.#child = spawn(program, args, { stdio: 'pipe', detached: true });
    const { stdin, stdout, stderr } = this.#child;
    // Who cannot be written to has ended, which is told by its end.
    stdin.on('error', () => undefined);
    stdout.on('data', (chunk: Uint8Array) => this.#read(chunk));
    stdout.on('end', () => this.#closeSoon());
    stderr.on('data', (chunk: Uint8Array) => {
      this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-STDERR_BYTES);
    });
    this.#child.once('error', (error) => this.#break('start', error.message));
    this.#ended = once(this.#child, 'close').then(
      ([code, signal]) => this.#end(code as number | null, signal as string | null),
      () => undefined,
    );
  }

  /** Also the number of its process group; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it can still be asked. */
  get isAlive(): boolean {
    return !this.#hasEnded && this.#broken === undefined;
  }

  /**
   * Sends a line and gives the line that comes back.
   *
   * @throws ProtocolFault
   */
  ask(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        void this.#tellLate();
      }, this.#limits.replyMs);
      this.#pending = { line, resolve, reject, timer };
      if (this.#broken !== undefined) this.#fail(...this.#broken);
      else this.#child.stdin.write(`${line}\n`);
    });
  }

  /** Makes a fault of a reply that came as a line and says something wrong. */
  fault(kind: FaultKind, request: string, came: string): ProtocolFault {
    const told = { request: cut(request), came: cut(came), stderr: this.#stderrText() };
    return new ProtocolFault(kind, told);
  }

  /** Waits for its end, for a while, and kills what is left. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#waitForEnd();
    await this.kill();
  }

  /** Kills it, with the processes that it has started. */
  async kill(): Promise<void> {
    const { pid } = this.#child;
    if (pid !== undefined) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // Nobody is left.
      }
    }
    await this.#waitForEnd();
  }

  #read(chunk: Uint8Array): void {
    const { lines, oversized } = this.#reader.push(chunk);
    for (const line of lines) this.#take(line);
    if (oversized === undefined) return;
    const told = `${oversized.length} bytes without an end of line, beginning with `;
    this.#child.stdout.pause();
    this.#break('oversized', told + tell(oversized));
  }

  #take(line: Uint8Array): void {
    const pending = this.#pending;
    if (pending === undefined) {
      this.#broken ??= ['surplus', tell(line)];
      return;
    }
    let text;
    try {
      text = this.#decoder.decode(line);
    } catch {
      this.#break('not-json', `bytes that are not UTF-8: ${tell(line)}`);
      return;
    }
    clearTimeout(pending.timer);
    this.#pending = undefined;
    pending.resolve(text);
  }

  #break(kind: FaultKind, came: string): void {
    this.#broken ??= [kind, came];
    this.#fail(...this.#broken);
  }

  #fail(kind: FaultKind, came: string): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending = undefined;
    pending.reject(this.fault(kind, pending.line, came));
  }

  async #tellLate(): Promise<void> {
    const { rest } = this.#reader;
    const part = rest.length === 0 ? 'nothing' : `part of a line: ${tell(rest)}`;
    const came = `${part} within ${this.#limits.replyMs} ms`;
    this.#broken ??= ['late', came];
    // What it says when it is killed belongs to the verdict, too.
    await this.kill();
    this.#fail(...this.#broken);
  }

  /** A program may close its output before it ends; how it ends is the better word. */
  #closeSoon(): void {
    const timer = setTimeout(() => {
      this.#break('exit', 'the end of its standard output');
    }, END_MS);
    timer.unref();
  }

  #end(code: number | null, signal: string | null): void {
    this.#hasEnded = true;
    const how = signal === null ? `its exit with code ${code}` : `its end by ${signal}`;
    const { rest } = this.#reader;
    this.#break('exit', rest.length === 0 ? how : `${how} after ${tell(rest)}`);
  }

  async #waitForEnd(): Promise<void> {
    if (this.#hasEnded || this.#child.pid === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_MS);
    });
    await Promise.race([this.#ended, late]);
    clearTimeout(timer);
  }

  #stderrText(): string {
    return new TextDecoder().decode(this.#stderr);
  }
}

function tell(bytes: Uint8Array): string {
  return cut(new TextDecoder().decode(bytes.subarray(0, 2 * TOLD_CHARACTERS)));
}

function cut(text: string): string {
  return text.length <= TOLD_CHARACTERS ? text : `${text.slice(0, TOLD_CHARACTERS)} …`;
}
