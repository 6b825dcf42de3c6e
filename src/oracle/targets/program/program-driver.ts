import { bytesOfText, textOfBytes } from '../../commands/byte-text.js';
import type { Method, Params, Result } from '../../protocol/methods.js';
import { fromBase64, fromWireName, toBase64 } from '../../protocol/names.js';
import type { TargetDriver } from '../target.js';
import type { MountCall } from '../../../ports/mounter.js';

/** Performs a request. */
export type Ask = <Name extends Method>(
  method: Name,
  params: Params<Name>,
) => Promise<Result<Name>>;

type CreateOptions = NonNullable<Parameters<TargetDriver['create']>[2]>;

/**
 * A driver behind a testee: every method is a request.
 *
 * @internal
 */
export class ProgramDriver implements TargetDriver {
  readonly #ask: Ask;
  readonly #mounted: (call: MountCall) => void;

  /** @param mounted - hears of every mount that the testee tells of. */
  constructor(ask: Ask, mounted: (call: MountCall) => void) {
    this.#ask = ask;
    this.#mounted = mounted;
  }

  string(): string {
    return 'overlay2';
  }

  async create(id: string, parent: string, options?: CreateOptions): Promise<void> {
    await this.#ask('create', { id, parent, ...wireOptions(options) });
  }

  async createReadWrite(id: string, parent: string, options?: CreateOptions): Promise<void> {
    await this.#ask('createReadWrite', { id, parent, ...wireOptions(options) });
  }

  async remove(id: string): Promise<void> {
    await this.#ask('remove', { id });
  }

  async get(id: string, label = ''): Promise<string> {
    const { path, mounts } = await this.#ask('get', { id, ...(label === '' ? {} : { label }) });
    for (const call of mounts ?? []) this.#mounted(call);
    return path;
  }

  async put(id: string): Promise<void> {
    await this.#ask('put', { id });
  }

  async exists(id: string): Promise<boolean> {
    return (await this.#ask('exists', { id })).exists;
  }

  async getMetadata(id: string): Promise<Awaited<ReturnType<TargetDriver['getMetadata']>>> {
    const { metadata } = await this.#ask('getMetadata', { id });
    return metadata as unknown as Awaited<ReturnType<TargetDriver['getMetadata']>>;
  }

  async status(): Promise<readonly (readonly [string, string])[]> {
    return (await this.#ask('status', {})).status;
  }

  async cleanup(): Promise<void> {
    await this.#ask('cleanup', {});
  }

  async applyDiff(
    id: string,
    parent: string,
    archive: AsyncIterable<Uint8Array> | undefined,
  ): Promise<bigint> {
    let text = '';
    for await (const chunk of archive ?? []) text += textOfBytes(chunk);
    const { size } = await this.#ask('applyDiff', { id, parent, archive: toBase64(text) });
    return BigInt(size);
  }

  async diff(id: string, parent: string): Promise<AsyncIterable<Uint8Array>> {
    const { archive } = await this.#ask('diff', { id, parent });
    return piece(bytesOfText(fromBase64(archive)));
  }

  async diffSize(id: string, parent: string): Promise<bigint> {
    return BigInt((await this.#ask('diffSize', { id, parent })).size);
  }

  async changes(id: string, parent: string): ReturnType<TargetDriver['changes']> {
    const { changes } = await this.#ask('changes', { id, parent });
    return changes.map(({ path, kind }) => ({ path: bytesOfText(fromWireName(path)), kind }));
  }
}

function wireOptions({ storageOpt, mountLabel }: CreateOptions = {}): {
  storageOpt?: Record<string, string>;
  mountLabel?: string;
} {
  return {
    ...(storageOpt === undefined ? {} : { storageOpt: Object.fromEntries(storageOpt) }),
    ...(mountLabel === undefined ? {} : { mountLabel }),
  };
}

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
