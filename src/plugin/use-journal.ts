import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'uses';
const MODE = 0o600;

/** `+` a Get, `-` a Put, `x` a Remove, each with the id as JSON. */
const LINE = /^([-+x])(".*")$/;

/**
 * Remembers how often each layer is in use, in a file that is only appended to, so that a plugin
 * that is started anew goes on counting where the one before it ended. It outlives the process, not
 * the machine: mounts do not outlive that either.
 *
 * @internal
 */
export class UseJournal {
  readonly #file: string;
  readonly #onFailure: (error: unknown) => void;
  #descriptor: number | undefined;

  /**
   * @param directory - an existing directory; nobody else writes to it.
   * @param onFailure - is told when something cannot be noted, which fails no call.
   */
  constructor(directory: string, onFailure: (error: unknown) => void) {
    this.#file = join(directory, FILE);
    this.#onFailure = onFailure;
  }

  /** Gives how often each layer is in use, by id; only those that are. */
  read(): ReadonlyMap<string, number> {
    const uses = new Map<string, number>();
    for (const line of this.#lines()) {
      // The last line may be a part of one.
      const match = LINE.exec(line);
      if (match === null) continue;
      const id = JSON.parse(match[2] ?? '""') as string;
      const count = uses.get(id) ?? 0;
      if (match[1] === '+') uses.set(id, count + 1);
      else if (match[1] === '-' && count > 1) uses.set(id, count - 1);
      else uses.delete(id);
    }
    return uses;
  }

  /** Begins anew with these uses. */
  rewrite(uses: ReadonlyMap<string, number>): void {
    const lines = [...uses].map(([id, count]) => lineOf('+', id).repeat(count));
    this.close();
    try {
      writeFileSync(this.#file, lines.join(''), { mode: MODE });
    } catch (error) {
      this.#onFailure(error);
    }
  }

  /** Begins anew: nothing is in use. */
  clear(): void {
    this.rewrite(new Map());
  }

  /** A layer has one more user. */
  noteGet(id: string): void {
    this.#append(lineOf('+', id));
  }

  /** A layer has one user less. */
  notePut(id: string): void {
    this.#append(lineOf('-', id));
  }

  /** A layer is gone. */
  noteRemove(id: string): void {
    this.#append(lineOf('x', id));
  }

  /** Closes the file. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #append(line: string): void {
    try {
      this.#descriptor ??= openSync(this.#file, 'a', MODE);
      writeSync(this.#descriptor, line);
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #lines(): readonly string[] {
    try {
      return readFileSync(this.#file, 'utf8').split('\n');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }
}

function lineOf(sign: '+' | '-' | 'x', id: string): string {
  return `${sign}${JSON.stringify(id)}\n`;
}
