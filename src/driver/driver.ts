import type { Change } from '../domain/diffs/change.js';
import { applyDiff } from './apply-diff.js';
import { changes } from './changes.js';
import { cleanup } from './cleanup.js';
import type { DriverContext } from './context.js';
import { createReadOnlyLayer, createReadWriteLayer, type CreateOptions } from './create.js';
import { diff } from './diff.js';
import { diffSize } from './diff-size.js';
import { layerExists } from './exists.js';
import { getLayer } from './get.js';
import { initDriver, type InitRequest, type InitSurroundings } from './init.js';
import { getMetadata, type LayerMetadata } from './metadata.js';
import { putLayer } from './put.js';
import { removeLayer } from './remove.js';
import { getStatus, type StatusRow } from './status.js';

/**
 * Docker's `overlay2` graph driver. Ids are layer ids; a parent of `''` is no parent. Every method
 * fails with a `GraphDriverError` whose message is moby's text in profile `moby-2019`.
 *
 * @source moby overlay2/overlay.go type Driver
 * @public
 * @since 0.1.0
 */
export class OverlayDriver {
  readonly #context: DriverContext;

  private constructor(context: DriverContext) {
    this.#context = context;
  }

  /** Probes the host and prepares the home. */
  static async init(surroundings: InitSurroundings, request: InitRequest): Promise<OverlayDriver> {
    return new OverlayDriver(await initDriver(surroundings, request));
  }

  /** The driver's name, `overlay2`. */
  string(): string {
    return 'overlay2';
  }

  /** Three labelled facts about the host. */
  status(): Promise<readonly StatusRow[]> {
    return getStatus(this.#context);
  }

  /** Where a layer's parts lie. */
  getMetadata(id: string): Promise<LayerMetadata> {
    return getMetadata(this.#context, id);
  }

  /** Unmounts whatever is mounted below the home. */
  cleanup(): Promise<void> {
    return cleanup(this.#context);
  }

  /** Creates a layer for a container to write to. */
  createReadWrite(id: string, parent: string, options?: CreateOptions): Promise<void> {
    return createReadWriteLayer(this.#context, id, parent, options);
  }

  /** Creates a layer to be filled by {@link OverlayDriver.applyDiff}. */
  create(id: string, parent: string, options?: CreateOptions): Promise<void> {
    return createReadOnlyLayer(this.#context, id, parent, options);
  }

  /** Removes a layer; an unknown one is success. */
  remove(id: string): Promise<void> {
    return removeLayer(this.#context, id);
  }

  /** Mounts a layer or counts one more user of it; gives the path of its tree. */
  get(id: string, mountLabel = ''): Promise<string> {
    return getLayer(this.#context, id, mountLabel);
  }

  /** Takes one user of a layer away; the last one unmounts it. */
  put(id: string): Promise<void> {
    return putLayer(this.#context, id);
  }

  /** Tells whether a layer exists. */
  exists(id: string): Promise<boolean> {
    return layerExists(this.#context, id);
  }

  /** Unpacks an archive into a layer; gives the layer's size in bytes. */
  applyDiff(
    id: string,
    parent: string,
    archive: AsyncIterable<Uint8Array> | undefined,
  ): Promise<bigint> {
    return applyDiff(this.#context, id, parent, archive);
  }

  /** Gives the archive of what a layer changes on its parent. Read it to its end or return it. */
  diff(id: string, parent: string): Promise<AsyncIterable<Uint8Array>> {
    return diff(this.#context, id, parent);
  }

  /** The size in bytes of what a layer changes on its parent. */
  diffSize(id: string, parent: string): Promise<bigint> {
    return diffSize(this.#context, id, parent);
  }

  /** The paths that differ between a layer and its parent. */
  changes(id: string, parent: string): Promise<readonly Change[]> {
    return changes(this.#context, id, parent);
  }
}
