import type { ChangeKind } from '../../../domain/diffs/change.js';
import { ProtocolFault, SkippedOperation } from '../../protocol/protocol-fault.js';
import type { TargetDriver } from '../target.js';
import type { StoreCommands } from './command-line.js';
import { bytesOfLiteral } from './bytes-of-literal.js';

const KINDS: ReadonlyMap<string, ChangeKind> = new Map([
  ['Add', 'add'],
  ['Modify', 'modify'],
  ['Delete', 'delete'],
]);

/** What comes before the rows of the driver in what `status` says. */
const STATUS_HEAD = /^(?:Root|Run Root|Driver Name|Driver Options): /;

/**
 * A store behind the command line of `containers-storage`: every method is a command.
 *
 * @internal
 */
export class StoreDriver implements TargetDriver {
  readonly #commands: StoreCommands;

  constructor(commands: StoreCommands) {
    this.#commands = commands;
  }

  string(): string {
    return 'overlay';
  }

  async create(id: string, parent: string): Promise<void> {
    await this.#create(['--readonly', '--id', id], parent);
  }

  async createReadWrite(id: string, parent: string): Promise<void> {
    await this.#create(['--id', id], parent);
  }

  async remove(id: string): Promise<void> {
    await this.#commands.run(['delete-layer', '--', id]);
  }

  async get(id: string): Promise<string> {
    const said = await this.#commands.run(['mount', '--', id]);
    return said.toString().replace(/\n$/, '');
  }

  async put(id: string): Promise<void> {
    await this.#commands.run(['unmount', '--', id]);
  }

  async exists(id: string): Promise<boolean> {
    const words = ['exists', '--layer', '--quiet', '--', id];
    try {
      await this.#commands.run(words);
      return true;
    } catch (error) {
      // It says no by its exit code alone.
      if (error instanceof Error && error.message === '') return false;
      throw error;
    }
  }

  async status(): Promise<readonly (readonly [string, string])[]> {
    const { stderr } = await this.#commands.told(['status']);
    const lines = stderr.trimEnd().split('\n');
    return lines.filter((line) => !STATUS_HEAD.test(line)).map(rowOf);
  }

  getMetadata(): Promise<never> {
    return Promise.reject(new SkippedOperation('getMetadata', 'no command tells paths'));
  }

  cleanup(): Promise<never> {
    return Promise.reject(new SkippedOperation('cleanup', 'shutdown --force may never end'));
  }

  /** @returns nothing: the command does not tell how many bytes it wrote. */
  async applyDiff(
    id: string,
    _parent: string,
    archive: AsyncIterable<Uint8Array> | undefined,
  ): Promise<bigint> {
    await this.#commands.run(['applydiff', '--', id], archive);
    return 0n;
  }

  async diff(id: string, parent: string): Promise<AsyncIterable<Uint8Array>> {
    return piece(await this.#commands.run(['diff', '--uncompressed', ...pair(id, parent)]));
  }

  async diffSize(id: string, parent: string): Promise<bigint> {
    const said = (await this.#commands.run(['diffsize', ...pair(id, parent)])).toString().trim();
    if (/^-?\d+$/.test(said)) return BigInt(said);
    throw wrong('diffsize', said);
  }

  async changes(id: string, parent: string): ReturnType<TargetDriver['changes']> {
    const said = (await this.#commands.run(['changes', ...pair(id, parent)])).toString();
    return said.split('\n').filter(Boolean).map(changeOf);
  }

  async #create(options: readonly string[], parent: string): Promise<void> {
    const words = ['create-layer', ...options, '--', ...(parent === '' ? [] : [parent])];
    await this.#commands.run(words);
  }
}

/** What is compared, and with what; its parent where nothing is named. */
function pair(id: string, parent: string): readonly string[] {
  return ['--', id, ...(parent === '' ? [] : [parent])];
}

function rowOf(line: string): readonly [string, string] {
  const at = line.indexOf(': ');
  return [line.slice(0, at), line.slice(at + 2)];
}

function changeOf(line: string): { readonly path: Uint8Array; readonly kind: ChangeKind } {
  const at = line.indexOf(' ');
  const kind = KINDS.get(line.slice(0, at));
  if (kind === undefined) throw wrong('changes', line);
  return { path: bytesOfLiteral(line.slice(at + 1)), kind };
}

function wrong(request: string, came: string): ProtocolFault {
  return new ProtocolFault('wrong-reply', { request, came, stderr: '' });
}

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
