import {
  composeLinux,
  composeLinuxReader,
  type ComposedDriver,
  type ComposedReader,
  type LinuxHostOptions,
} from '../../composition.js';
import { GraphDriverError } from '../../domain/errors.js';
import { CommandExit, SIGNAL_EXIT } from '../exit-code.js';
import { oneLine } from '../failure.js';
import { Interruption } from '../interruption.js';
import { toJson, writeJson, writeTo } from '../output.js';
import { reportFailure } from '../report-failure.js';
import type { CliStreams } from '../streams.js';
import type { LayerOptions } from './layer-options.js';

const STDOUT = 'standard output';
const ERROR_LEVEL = /^error: /;

/**
 * One run of a layer command: its home, its streams, and how it speaks.
 *
 * @internal
 */
export class Operation {
  readonly options: LayerOptions;
  readonly streams: CliStreams;
  readonly interruption: Interruption;
  readonly label: string;
  /** Log lines of level error, which belong to the failure if one follows. */
  readonly #heldLines: string[] = [];

  /** @param words - the command and its arguments, as `mount`, `box`. */
  constructor(streams: CliStreams, options: LayerOptions, words: readonly string[]) {
    this.streams = streams;
    this.options = options;
    this.interruption = new Interruption(streams);
    this.label = oneLine(['overlay2-ref layer', ...words].join(' '));
  }

  get json(): boolean {
    return this.options.json === true;
  }

  /** Gives the result: a line of text, or with `--json` the document. */
  async answer(text: string | Uint8Array, document: unknown): Promise<void> {
    const { stdout } = this.streams;
    if (this.json) await writeJson(stdout, document, STDOUT);
    else await writeTo(stdout, text, STDOUT);
  }

  /** Says on standard error that what is mostly read has to be mounted. */
  noteMounting(): void {
    const text = 'compares mounted trees, and is alone on the home meanwhile';
    this.streams.stderr.write(`${this.json ? toJson({ note: text }) : `${this.label}: ${text}`}\n`);
  }

  /**
   * Works as a writer: alone on the home.
   *
   * @param mayMakeHome - whether a missing home is made.
   */
  async write<T>(
    work: (writer: ComposedDriver) => Promise<T>,
    { mayMakeHome = false }: { mayMakeHome?: boolean } = {},
  ): Promise<T> {
    this.#requireRoot();
    const { home, profile, opt = [], wait, uidMap, gidMap } = this.options;
    const writer = await composeLinux({
      ...this.#host(),
      home,
      profile,
      options: opt,
      lockWaitMs: wait,
      mustExist: !mayMakeHome,
      ...(uidMap === undefined ? {} : { uidMaps: uidMap }),
      ...(gidMap === undefined ? {} : { gidMaps: gidMap }),
    });
    return disposing(writer, work);
  }

  /** Works as a reader: nothing is probed or written, and other readers may be there too. */
  async read<T>(work: (reader: ComposedReader) => Promise<T>): Promise<T> {
    const { home, profile, uidMap, gidMap } = this.options;
    const maps = { uidMaps: uidMap, gidMaps: gidMap };
    return disposing(await composeLinuxReader({ ...this.#host(), ...maps, home, profile }), work);
  }

  #host(): LinuxHostOptions {
    const { backend, logLevel } = this.options;
    return {
      backend,
      logLevel,
      writeLog: (line) => this.#log(line),
      decorate: (ports) => this.interruption.decorate(ports),
    };
  }

  /** Gives what the driver logged about the failure that follows. */
  takeReasons(): readonly string[] {
    const reasons = this.#heldLines.splice(0).map((line) => line.replace(ERROR_LEVEL, ''));
    return [...reasons, `home ${this.options.home}`];
  }

  /** Logs what no failure took. */
  flush(): void {
    for (const line of this.#heldLines.splice(0)) this.#writeLine(line);
  }

  #log(line: string): void {
    if (ERROR_LEVEL.test(line)) this.#heldLines.push(line.trimEnd());
    else this.#writeLine(line.trimEnd());
  }

  #writeLine(line: string): void {
    this.streams.stderr.write(this.json ? `${toJson({ log: line })}\n` : `${line}\n`);
  }

  #requireRoot(): void {
    if ((this.streams.geteuid?.() ?? 0) === 0) return;
    const text = 'mounting and giving files their owners needs root: run it with sudo';
    throw new GraphDriverError('host', text);
  }
}

/**
 * Runs a layer command to its end: tells its failure, and gives signals their exit codes.
 *
 * @param words - the command and its arguments.
 * @throws CommandExit unless all went well.
 * @internal
 */
export async function runOperation(
  streams: CliStreams,
  options: LayerOptions,
  words: readonly string[],
  work: (operation: Operation) => Promise<void>,
): Promise<void> {
  const operation = new Operation(streams, options, words);
  const { interruption, label, json } = operation;
  try {
    await work(operation);
    // It was too late to end the operation, which is done; the caller still meant to stop.
    if (interruption.signal !== undefined) throw new CommandExit(SIGNAL_EXIT[interruption.signal]);
  } catch (error) {
    const reasons = isNotSupported(error) ? operation.takeReasons() : [];
    operation.flush();
    throw new CommandExit(await reportFailure(error, streams, { label, json, reasons }));
  } finally {
    operation.flush();
    interruption.dispose();
  }
}

/** The seed says only that it is so, and logs why. */
function isNotSupported(error: unknown): boolean {
  return error instanceof GraphDriverError && error.code === 'not-supported';
}

async function disposing<T extends { dispose(): Promise<void> }, R>(
  composed: T,
  work: (composed: T) => Promise<R>,
): Promise<R> {
  try {
    return await work(composed);
  } finally {
    await composed.dispose();
  }
}
