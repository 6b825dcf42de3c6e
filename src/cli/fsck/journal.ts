import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Mend } from '../../composition.js';
import { GraphDriverError, messageOf } from '../../domain/errors.js';

const KIND = 'overlay2-ref fsck';
const VERSION = 1;
/** A directory that survives a restart, unlike the one for temporary files. */
const DIRECTORY = '/var/tmp';

/**
 * What the first line of a journal says.
 *
 * @internal
 */
export interface JournalHead {
  readonly journal: typeof KIND;
  readonly version: number;
  /** Absolute. */
  readonly home: string;
  /** Absolute; what was set aside lies there. */
  readonly asideDirectory: string;
  readonly at: string;
}

/**
 * One mend as a journal has it.
 *
 * @internal
 */
export interface JournalMend {
  readonly n: number;
  readonly rule: string;
  readonly mend: Mend;
  /** Whether the journal says that it was done; else it may or may not have been. */
  readonly isDone: boolean;
}

/**
 * What was changed in a home: a line before each change, with what was there and what will be, and
 * one after it. Each line is on disk before the next step is taken.
 *
 * @internal
 */
export class Journal {
  readonly path: string;
  readonly #file: number;

  /**
   * Makes a journal that must not exist yet.
   *
   * @throws GraphDriverError of code `journal`.
   */
  constructor(path: string, head: Omit<JournalHead, 'journal' | 'version'>) {
    this.path = path;
    try {
      this.#file = openSync(path, 'ax', 0o600);
    } catch (error) {
      throw new GraphDriverError('journal', `cannot make the journal: ${messageOf(error)}`);
    }
    this.#write({ journal: KIND, version: VERSION, ...head });
  }

  begin(n: number, rule: string, mend: Mend): void {
    this.#write({ n, phase: 'begin', rule, mend });
  }

  end(n: number): void {
    this.#write({ n, phase: 'done' });
  }

  /** Says that a mend was not done. */
  fail(n: number, why: string): void {
    this.#write({ n, phase: 'failed', why });
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: object): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#file);
  }
}

/**
 * Gives where a journal is written unless told: outside of the home, under a name of its own.
 *
 * @internal
 */
export function defaultJournalPath(now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return join(DIRECTORY, `overlay2-ref-fsck-${stamp}-${randomBytes(3).toString('hex')}.ndjson`);
}

/**
 * Reads a journal. A last line that a crash cut off is left out.
 *
 * @returns the mends that were done or may have been, in the order in which they were begun.
 * @throws GraphDriverError of code `journal` for what is no journal.
 * @internal
 */
export function readJournal(path: string): {
  readonly head: JournalHead;
  readonly mends: readonly JournalMend[];
} {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new GraphDriverError('journal', `cannot read the journal: ${messageOf(error)}`);
  }
  const whole = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const lines = whole.map((line, i) => parseLine(path, line, i + 1));
  const [head, ...rest] = lines;
  if (head === undefined || head['journal'] !== KIND || head['version'] !== VERSION) {
    throw new GraphDriverError('journal', `${path} is no journal of ${KIND}, version ${VERSION}`);
  }
  const mends = new Map<number, JournalMend>();
  for (const line of rest as unknown as readonly JournalLine[]) {
    if (line.phase === 'begin') {
      const { n, rule, mend } = line;
      mends.set(n, { n, rule, mend, isDone: false });
    } else if (line.phase === 'failed') mends.delete(line.n);
    else {
      const begun = mends.get(line.n);
      if (begun !== undefined) mends.set(line.n, { ...begun, isDone: true });
    }
  }
  return { head: head as unknown as JournalHead, mends: [...mends.values()] };
}

type JournalLine =
  { phase: 'begin'; n: number; rule: string; mend: Mend } | { phase: 'done' | 'failed'; n: number };

function parseLine(path: string, line: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below: whatever it is, it is no line of a journal.
  }
  throw new GraphDriverError('journal', `${path}, line ${number}: not a JSON object`);
}
