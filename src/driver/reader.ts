import { ERRNO } from '../domain/go/errno.js';
import { GraphDriverError, isNotExist, SyscallError } from '../domain/errors.js';
import { goDir, goBase, goJoin, isAbs } from '../domain/go/path.js';
import { goQuote } from '../domain/go/quote.js';
import { decideIdMapping, type IdMapping } from '../domain/identities/id-map.js';
import { fileSystemName } from '../domain/host/backing-fs.js';
import { FILE_TYPE } from '../domain/host/file-type.js';
import { compareKernelVersion, parseKernelVersion } from '../domain/host/kernel-version.js';
import { isLayerId, parseLayerId } from '../domain/layers/layer-id.js';
import { LINK_DIR, layerPaths } from '../domain/layers/layout.js';
import { keepsQuirk, type Profile } from '../domain/profiles/profile.js';
import { decodeUtf8 } from '../domain/utf8.js';
import type { DriverContext, Ports } from './context.js';
import { diffSize } from './diff-size.js';
import { diff } from './diff.js';
import { readText } from './files.js';
import { isIncomplete } from './incomplete.js';
import { isParentOf } from './is-parent.js';
import { Locker } from './locker.js';
import { readLowerDirs, readLowerFile } from './lower-dirs.js';
import { getMetadata, type LayerMetadata } from './metadata.js';
import { supportsDType } from './probes.js';
import { createProcessState } from './process-state.js';
import { isOverlay, RefCounter } from './ref-counter.js';
import { getStatus, type StatusRow } from './status.js';

/**
 * What one look at a layer tells.
 *
 * @public
 * @since 0.1.0
 */
export interface LayerSummary {
  readonly id: string;
  /** `''` for a base layer, undefined where the chain is broken. */
  readonly parent: string | undefined;
  /** Content of `link`, undefined where it cannot be read. */
  readonly link: string | undefined;
  /** How many lowers the layer has. */
  readonly depth: number;
  readonly committed: boolean;
  readonly mounted: boolean;
  readonly incomplete: boolean;
}

/** The first kernel that does not copy the opaque mark up. */
const OPAQUE_FIXED = { kernel: 4, major: 8, minor: 0 };

/**
 * Looks into a home without Init: nothing is probed by mounting, nothing is written. What needs a
 * mount says so.
 *
 * @public
 * @since 0.1.0
 */
export class OverlayReader {
  readonly #context: DriverContext;

  private constructor(context: DriverContext) {
    this.#context = context;
  }

  /**
   * Opens a home.
   *
   * @throws SyscallError where the home or its link directory is missing or unreadable.
   */
  static async open(
    ports: Ports,
    profile: Profile,
    home: string,
    mapping: IdMapping = { uids: undefined, gids: undefined },
  ): Promise<OverlayReader> {
    if (!isAbs(home)) {
      const text = `home is not an absolute path: ${goQuote(home)}`;
      throw new GraphDriverError('relative-home', text);
    }
    await ports.fs.stat(home);
    await ports.fs.stat(goJoin(home, LINK_DIR));
    const process = createProcessState();
    const { type } = await ports.fs.statfs(home);
    process.backingFs = fileSystemName(type) ?? process.backingFs;
    process.naiveDiffOnly = !(await isNativeDiffLikely(ports));
    return new OverlayReader({
      ports,
      profile,
      process,
      home,
      options: { overrideKernelCheck: false, quotaSizeBytes: 0n },
      mapping: decideIdMapping(mapping, profile),
      counter: new RefCounter(ports.fs),
      locker: new Locker(),
      quotaControl: undefined,
      supportsDType: await supportsDType(ports, home),
    });
  }

  /**
   * Refuses what is no layer.
   *
   * @throws InvalidLayerIdError where the profile checks ids.
   * @throws SyscallError `stat <dir>: …` for an unknown layer.
   */
  async requireLayer(id: string): Promise<void> {
    const { ports, profile, home } = this.#context;
    if (!keepsQuirk(profile, 'Q-10')) parseLayerId(id);
    await ports.fs.stat(layerPaths(home, id).dir);
  }

  /** Gives the ids of all layers, in byte order. */
  async ids(): Promise<readonly string[]> {
    const { ports, home } = this.#context;
    const root = await ports.fs.openRoot(home);
    try {
      const ids: string[] = [];
      for (const { name } of await root.getdents()) {
        const id = decodeUtf8(name);
        const { mode } = await root.lstatat(name);
        if (isLayerId(id) && (mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY) ids.push(id);
      }
      return ids.sort();
    } finally {
      await root.close();
    }
  }

  /**
   * Tells about one layer.
   *
   * @throws SyscallError `stat <dir>: …` for an unknown layer.
   */
  async summarize(id: string): Promise<LayerSummary> {
    const context = this.#context;
    const { fs } = context.ports;
    const paths = layerPaths(context.home, id);
    await this.requireLayer(id);
    const lower = await readLowerFile(context, id);
    return {
      id,
      parent: await parentOf(context, id),
      link: await unlessFailing(() => readText(fs, paths.link)),
      depth: lower === undefined ? 0 : lower.split(':').length,
      committed: (await unlessFailing(() => fs.stat(paths.committed))) !== undefined,
      mounted: await isOverlay(fs, paths.merged),
      incomplete: await isIncomplete(context, id),
    };
  }

  /** Where a layer's parts lie. */
  async metadata(id: string): Promise<LayerMetadata> {
    await this.requireLayer(id);
    return getMetadata(this.#context, id);
  }

  /** The driver's three rows; whether diffs are native is read off the kernel, not probed. */
  async status(): Promise<readonly StatusRow[]> {
    return getStatus(this.#context);
  }

  /**
   * Gives the archive of a layer.
   *
   * @throws GraphDriverError of code `needs-mount` where only two mounted trees can tell.
   */
  async diff(id: string, parent: string): Promise<AsyncIterable<Uint8Array>> {
    await this.#requireNative('diff', id, parent);
    return diff(this.#context, id, parent);
  }

  /**
   * Gives the size in bytes of a layer.
   *
   * @throws GraphDriverError of code `needs-mount` where only two mounted trees can tell.
   */
  async diffSize(id: string, parent: string): Promise<bigint> {
    await this.#requireNative('diffsize', id, parent);
    return diffSize(this.#context, id, parent);
  }

  /** Gives the id of a layer's parent, `''` for a base layer; undefined for a broken chain. */
  async parent(id: string): Promise<string | undefined> {
    return parentOf(this.#context, id);
  }

  /** Tells whether a layer's diff can be read without mounting anything. */
  async isNative(id: string, parent: string): Promise<boolean> {
    if (this.#context.process.naiveDiffOnly === true) return false;
    return isParentOf(this.#context, id, parent);
  }

  async #requireNative(operation: string, id: string, parent: string): Promise<void> {
    // The seed takes an unknown layer for an empty base; a reader has nothing to read there.
    await this.requireLayer(id);
    if (await this.isNative(id, parent)) return;
    const text = `${operation} of ${goQuote(id)} against ${goQuote(parent)} needs a mount`;
    throw new GraphDriverError('needs-mount', text);
  }
}

/**
 * The kernel's own answer to what the probe finds by mounting: whether it moves lower directories
 * by redirects, and whether it is old enough to copy the opaque mark up.
 */
async function isNativeDiffLikely({ kernel }: Ports): Promise<boolean> {
  const version = parseKernelVersion(await kernel.release());
  if (compareKernelVersion(version, OPAQUE_FIXED) < 0) return false;
  try {
    return !(await kernel.overlayParameter('redirect_dir')).startsWith('Y');
  } catch (error) {
    if (isNotExist(error)) return true;
    throw error;
  }
}

async function parentOf(context: DriverContext, id: string): Promise<string | undefined> {
  const lowerDirs = await unlessFailing(() => readLowerDirs(context, id));
  if (lowerDirs === undefined) return undefined;
  const [first] = lowerDirs;
  return first === undefined ? '' : goBase(goDir(first));
}

async function unlessFailing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SyscallError && error.errno !== ERRNO.EIO) return undefined;
    throw error;
  }
}
