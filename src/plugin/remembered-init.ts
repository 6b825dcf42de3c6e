import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphDriverError } from '../domain/errors.js';
import { type InitCall, parseInitCall, toWireIdMap } from './parse-request.js';

const FILE = 'init.json';
const MODE = 0o600;

/**
 * Remembers what the last Init was asked with: a daemon that lives on does not ask again when its
 * plugin is started anew.
 *
 * @internal
 */
export class RememberedInit {
  readonly #file: string;

  /** @param directory - an existing directory; nobody else writes to it. */
  constructor(directory: string) {
    this.#file = join(directory, FILE);
  }

  /**
   * Gives what was remembered; undefined where nothing was.
   *
   * @throws GraphDriverError of code `state` for a file that cannot be understood.
   */
  read(): InitCall | undefined {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return parseInitCall(JSON.parse(text) as Readonly<Record<string, unknown>>);
    } catch (cause) {
      throw new GraphDriverError('state', `${this.#file} is damaged`, { cause });
    }
  }

  /** Remembers an Init; a reader sees the one before or this one. */
  write({ home, options, uidMaps, gidMaps }: InitCall): void {
    const members = {
      Home: home,
      Opts: options,
      UIDMaps: uidMaps?.map(toWireIdMap) ?? null,
      GIDMaps: gidMaps?.map(toWireIdMap) ?? null,
    };
    const next = `${this.#file}.next`;
    writeFileSync(next, `${JSON.stringify(members)}\n`, { mode: MODE });
    renameSync(next, this.#file);
  }
}
