import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import type { MountCall } from '../../../ports/mounter.js';
import { mountCallOf, type SeenMount } from './mount-calls.js';

/** Longer than any mount data that the classic call reads. */
const STRING_BYTES = 65_536;
const CHUNK_BYTES = 65_536;
const OVERLAY = 'overlay';

/** `PID mount("source", "target", "type", FLAGS, "data")`, and what comes of it. */
const MOUNT = /^\d+ +mount\((?:NULL|"[^"]*"), "([^"]*)", "([^"]*)", [^,]*, "([^"]*)"/;
const CHDIR = /^\d+ +chdir\("([^"]*)"/;

/**
 * Hears of the mounts that a program asks for from `strace`, which sees them as `mount(2)` does.
 * What is mounted by way of `fsconfig` has no mount data and is not heard of.
 *
 * @internal
 */
export class StraceMounts {
  readonly #file: string;
  #seen: SeenMount[] = [];
  /** Whose mounts were asked for last; those of others are forgotten. */
  #home = '';
  #at = 0;
  #rest = '';
  /** Threads share it, and a request is over before the next one comes. */
  #cwd = '/';

  /** @param file - where the trace goes; it is made. */
  constructor(file: string) {
    this.#file = file;
    writeFileSync(file, '');
  }

  /** Gives the command that runs another one and writes down what it mounts. */
  wrap(command: readonly string[]): readonly string[] {
    const calls = ['-e', 'trace=mount,chdir', '-e', 'signal=none'];
    const form = ['-f', '-qq', '-xx', '-s', String(STRING_BYTES), '-A', '-o', this.#file];
    return ['strace', ...form, ...calls, ...command];
  }

  /** The mounts below a home so far, in order. */
  calls(home: string): readonly MountCall[] {
    this.#read();
    if (home !== this.#home) this.#seen = this.#seen.filter((seen) => mountCallOf(seen, home));
    this.#home = home;
    return this.#seen.flatMap((seen) => mountCallOf(seen, home) ?? []);
  }

  #read(): void {
    const file = openSync(this.#file, 'r');
    try {
      const bytes = Buffer.alloc(CHUNK_BYTES);
      for (let length; (length = readSync(file, bytes, 0, bytes.length, this.#at)) > 0;) {
        this.#at += length;
        this.#rest += bytes.toString('latin1', 0, length);
      }
    } finally {
      closeSync(file);
    }
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const [, directory] = CHDIR.exec(line) ?? [];
    if (directory !== undefined) this.#cwd = textOf(directory);
    const [, target, type, data] = MOUNT.exec(line) ?? [];
    if (target === undefined || type === undefined || data === undefined) return;
    if (textOf(type) !== OVERLAY) return;
    this.#seen.push({ target: textOf(target), data: textOf(data), cwd: this.#cwd });
  }
}

/** Bytes as `-xx` writes them: `\x6f\x76`. */
function textOf(hex: string): string {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString('utf8');
}
