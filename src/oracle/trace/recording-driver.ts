import { textOfBytes } from '../commands/byte-text.js';
import { toBase64, toWireName } from '../protocol/names.js';
import type { TargetDriver } from '../targets/target.js';
import type { TraceRecorder } from './trace-recorder.js';

type CreateOptions = Parameters<TargetDriver['create']>[2];

/**
 * A driver whose calls are recorded as they end; it answers as the one behind it does.
 *
 * @public
 * @since 0.2.0
 */
export class RecordingDriver implements TargetDriver {
  readonly #driver: TargetDriver;
  readonly #recorder: TraceRecorder;

  constructor(driver: TargetDriver, recorder: TraceRecorder) {
    this.#driver = driver;
    this.#recorder = recorder;
  }

  string(): string {
    return this.#driver.string();
  }

  create(id: string, parent: string, options?: CreateOptions): Promise<void> {
    const call = { method: 'create', params: { id, parent, ...wireOptions(options) } };
    return this.#recorder.record(call, () => this.#driver.create(id, parent, options), nothing);
  }

  createReadWrite(id: string, parent: string, options?: CreateOptions): Promise<void> {
    // The seed writes into the options that it is given.
    const call = { method: 'createReadWrite', params: { id, parent, ...wireOptions(options) } };
    const act = (): Promise<void> => this.#driver.createReadWrite(id, parent, options);
    return this.#recorder.record(call, act, nothing);
  }

  remove(id: string): Promise<void> {
    const call = { method: 'remove', params: { id } };
    return this.#recorder.record(call, () => this.#driver.remove(id), nothing);
  }

  get(id: string, label = ''): Promise<string> {
    const call = { method: 'get', params: label === '' ? { id } : { id, label } };
    return this.#recorder.record(
      call,
      () => this.#driver.get(id, label),
      (path) => ({ path }),
    );
  }

  put(id: string): Promise<void> {
    const call = { method: 'put', params: { id } };
    return this.#recorder.record(call, () => this.#driver.put(id), nothing);
  }

  exists(id: string): Promise<boolean> {
    const call = { method: 'exists', params: { id } };
    return this.#recorder.record(
      call,
      () => this.#driver.exists(id),
      (exists) => ({ exists }),
    );
  }

  getMetadata(id: string): ReturnType<TargetDriver['getMetadata']> {
    const call = { method: 'getMetadata', params: { id } };
    return this.#recorder.record(
      call,
      () => this.#driver.getMetadata(id),
      (metadata) => ({ metadata }),
    );
  }

  status(): ReturnType<TargetDriver['status']> {
    const call = { method: 'status', params: {} };
    return this.#recorder.record(
      call,
      () => this.#driver.status(),
      (status) => ({ status }),
    );
  }

  cleanup(): Promise<void> {
    const call = { method: 'cleanup', params: {} };
    return this.#recorder.record(call, () => this.#driver.cleanup(), nothing);
  }

  async applyDiff(
    id: string,
    parent: string,
    archive: AsyncIterable<Uint8Array> | undefined,
  ): Promise<bigint> {
    // Whole, since the driver may stop reading before its end.
    const chunks = archive === undefined ? [] : await collect(archive);
    const params = { id, parent, archive: toBase64(chunks.map(textOfBytes).join('')) };
    return this.#recorder.record(
      { method: 'applyDiff', params },
      () => this.#driver.applyDiff(id, parent, archive === undefined ? archive : streamOf(chunks)),
      (size) => ({ size: size.toString() }),
    );
  }

  async diff(id: string, parent: string): Promise<AsyncIterable<Uint8Array>> {
    const chunks = await this.#recorder.record(
      { method: 'diff', params: { id, parent } },
      async () => collect(await this.#driver.diff(id, parent)),
      (all) => ({ archive: toBase64(all.map(textOfBytes).join('')) }),
    );
    return streamOf(chunks);
  }

  diffSize(id: string, parent: string): Promise<bigint> {
    return this.#recorder.record(
      { method: 'diffSize', params: { id, parent } },
      () => this.#driver.diffSize(id, parent),
      (size) => ({ size: size.toString() }),
    );
  }

  changes(id: string, parent: string): ReturnType<TargetDriver['changes']> {
    return this.#recorder.record(
      { method: 'changes', params: { id, parent } },
      () => this.#driver.changes(id, parent),
      (all) => ({
        changes: all.map(({ path, kind }) => ({ path: toWireName(textOfBytes(path)), kind })),
      }),
    );
  }
}

function nothing(): object {
  return {};
}

function wireOptions({ storageOpt, mountLabel }: NonNullable<CreateOptions> = {}): object {
  return {
    ...(storageOpt === undefined ? {} : { storageOpt: Object.fromEntries(storageOpt) }),
    ...(mountLabel === undefined ? {} : { mountLabel }),
  };
}

/** Chunks are copied: whoever gives them may use their memory again. */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk.slice());
  return chunks;
}

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
