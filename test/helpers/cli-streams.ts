/** Streams that stand for a process, so that the command line runs inside a test. */
import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/cli/main.js';
import type { CliStreams } from '../../src/cli/streams.js';

/** What a command left. */
export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

/** A process without a terminal that runs as root, but for what a test says of it. */
export interface CliSetting {
  readonly input?: Uint8Array | string | Readable;
  readonly env?: Readonly<Record<string, string>>;
  readonly euid?: number;
  readonly stdoutIsTty?: boolean;
  readonly stdinIsTty?: boolean;
  readonly stderrIsTty?: boolean;
  /** Takes its place, to fail for instance. */
  readonly stdout?: Writable;
  /** Where signals come from. */
  readonly signals?: EventEmitter;
}

/** Runs the command line in this process. */
export async function runCli(
  argv: readonly string[],
  setting: CliSetting = {},
): Promise<CliResult> {
  const out = new Collector();
  const err = new Collector();
  const exitCode = await main(argv, streamsOf(setting, out, err));
  const stdoutBytes = out.bytes();
  return { exitCode, stdout: stdoutBytes.toString(), stdoutBytes, stderr: err.bytes().toString() };
}

function streamsOf(setting: CliSetting, out: Collector, err: Collector): CliStreams {
  const { input = '', env = {}, euid = 0, signals = new EventEmitter() } = setting;
  const stdin = input instanceof Readable ? input : Readable.from(asChunks(input));
  return {
    stdin: Object.assign(stdin, { isTTY: setting.stdinIsTty }),
    stdout: Object.assign(setting.stdout ?? out, { isTTY: setting.stdoutIsTty }),
    stderr: Object.assign(err, { isTTY: setting.stderrIsTty }),
    env,
    on: (signal, listener) => signals.on(signal, listener),
    off: (signal, listener) => signals.off(signal, listener),
    geteuid: () => euid,
  };
}

function asChunks(input: Uint8Array | string): readonly Buffer[] {
  const bytes = Buffer.from(input);
  return bytes.length === 0 ? [] : [bytes];
}

/** Keeps what is written; copies, since the writer may use its memory again. */
class Collector extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(Buffer.from(chunk));
    done();
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
