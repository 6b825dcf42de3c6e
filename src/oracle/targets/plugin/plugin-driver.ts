import type { ChangeKind } from '../../../domain/diffs/change.js';
import { ProtocolFault } from '../../protocol/protocol-fault.js';
import type { TargetDriver } from '../target.js';
import type { Answer, PluginClient } from './plugin-client.js';

type CreateOptions = NonNullable<Parameters<TargetDriver['create']>[2]>;

const KINDS: readonly ChangeKind[] = ['modify', 'add', 'delete'];

/**
 * A driver behind a plugin's socket: every method is a call.
 *
 * @internal
 */
export class PluginDriver implements TargetDriver {
  readonly #client: PluginClient;

  constructor(client: PluginClient) {
    this.#client = client;
  }

  /** Starts another driver on a home, in the plugin's process. */
  async init(home: string): Promise<void> {
    const members = { Home: home, Opts: null, UIDMaps: null, GIDMaps: null };
    await this.#client.call('GraphDriver.Init', members);
  }

  string(): string {
    return 'overlay2';
  }

  async create(id: string, parent: string, options?: CreateOptions): Promise<void> {
    await this.#ask('Create', { ID: id, Parent: parent, ...wireOptions(options) });
  }

  async createReadWrite(id: string, parent: string, options?: CreateOptions): Promise<void> {
    await this.#ask('CreateReadWrite', { ID: id, Parent: parent, ...wireOptions(options) });
  }

  async remove(id: string): Promise<void> {
    await this.#ask('Remove', { ID: id });
  }

  async get(id: string, mountLabel = ''): Promise<string> {
    return textIn('Get', await this.#ask('Get', { ID: id, MountLabel: mountLabel }), 'Dir');
  }

  async put(id: string): Promise<void> {
    await this.#ask('Put', { ID: id });
  }

  async exists(id: string): Promise<boolean> {
    return (await this.#ask('Exists', { ID: id }))['Exists'] === true;
  }

  async status(): Promise<readonly (readonly [string, string])[]> {
    const { Status } = await this.#ask('Status', {});
    return (Status ?? []) as readonly (readonly [string, string])[];
  }

  async getMetadata(id: string): ReturnType<TargetDriver['getMetadata']> {
    const { Metadata } = await this.#ask('GetMetadata', { ID: id });
    return (Metadata ?? {}) as Awaited<ReturnType<TargetDriver['getMetadata']>>;
  }

  async cleanup(): Promise<void> {
    await this.#ask('Cleanup', {});
  }

  async applyDiff(
    id: string,
    parent: string,
    archive: AsyncIterable<Uint8Array> | undefined,
  ): Promise<bigint> {
    return sizeIn('ApplyDiff', await this.#client.applyDiff(id, parent, archive ?? none()));
  }

  async diff(id: string, parent: string): Promise<AsyncIterable<Uint8Array>> {
    return piece(await this.#client.diff({ ID: id, Parent: parent }));
  }

  async diffSize(id: string, parent: string): Promise<bigint> {
    return sizeIn('DiffSize', await this.#ask('DiffSize', { ID: id, Parent: parent }));
  }

  async changes(id: string, parent: string): ReturnType<TargetDriver['changes']> {
    const { Changes } = await this.#ask('Changes', { ID: id, Parent: parent });
    const changes = (Changes ?? []) as readonly { readonly Path: string; readonly Kind: number }[];
    return changes.map(({ Path, Kind }) => {
      const kind = KINDS[Kind];
      if (kind === undefined) throw wrong('Changes', `a change of kind ${Kind}`);
      return { path: new TextEncoder().encode(Path), kind };
    });
  }

  #ask(method: string, members: object): Promise<Answer> {
    // As the daemon does: a member that is empty is left out.
    const told = Object.entries(members).filter(([, value]) => value !== '');
    return this.#client.call(`GraphDriver.${method}`, Object.fromEntries(told));
  }
}

function wireOptions({ storageOpt, mountLabel = '' }: CreateOptions = {}): object {
  return {
    MountLabel: mountLabel,
    ...(storageOpt === undefined || storageOpt.size === 0
      ? {}
      : { StorageOpt: Object.fromEntries(storageOpt) }),
  };
}

function textIn(method: string, answer: Answer, member: string): string {
  const value = answer[member];
  if (typeof value === 'string') return value;
  throw wrong(method, `no ${member}: ${JSON.stringify(answer)}`);
}

function sizeIn(method: string, { Size = 0 }: Answer): bigint {
  if (typeof Size === 'number' && Number.isInteger(Size)) return BigInt(Size);
  throw wrong(method, `a size of ${JSON.stringify(Size)}`);
}

function wrong(method: string, came: string): ProtocolFault {
  return new ProtocolFault('wrong-reply', { request: method, came, stderr: '' });
}

async function* none(): AsyncGenerator<Uint8Array> {
  // Nothing is what an archive that is missing holds.
}

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
