/** A directory to extract archives into with the driver's two unpackers, without a driver. */
import { Buffer } from 'node:buffer';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinuxPorts } from '../../src/adapters/linux/ports.js';
import { MOBY_2019 } from '../../src/domain/profiles/moby-2019.js';
import type { ExtractOptions } from '../../src/driver/archive/extraction.js';
import { applyArchive, type Extracted } from '../../src/driver/archive/untar.js';
import { applyLayer } from '../../src/driver/archive/unpack-layer.js';
import type { Directory } from '../../src/ports/file-system.js';
import { dumpTree } from './scenario-dump.js';

const CANARY = 'alive';

/** Call {@link ExtractionPlace.remove} in `afterEach`. */
export class ExtractionPlace {
  /** Absolute path of the tree that is extracted into. */
  readonly tree: string;
  readonly #scratch: string;
  readonly #linux = createLinuxPorts({ logLevel: 'error' });
  /** Changes the root directory before an extraction, as tests of failing calls do. */
  prepareRoot: (root: Directory) => void = () => {};

  constructor() {
    this.#scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-archive-'));
    this.tree = join(this.#scratch, 'tree');
    mkdirSync(this.tree);
    writeFileSync(join(this.#scratch, 'canary'), CANARY);
  }

  /** Applies natively. */
  native(archive: Uint8Array, options: Partial<ExtractOptions> = {}): Promise<Extracted> {
    return this.#withRoot((root) => applyArchive(root, once(archive), this.#options(options)));
  }

  /** Applies as the naive differ does. */
  layer(archive: Uint8Array, options: Partial<ExtractOptions> = {}): Promise<bigint> {
    return this.#withRoot((root) => applyLayer(root, once(archive), this.#options(options)));
  }

  /** Lists what is beside the tree, canary included: it must never change. */
  async outside(): Promise<readonly string[]> {
    const all = await dumpTree(this.#linux.ports.fs, Buffer.from(this.#scratch), '.');
    return all.filter((line) => !/^\S+ \S+ \S+ (?:n=\d+ )?tree/.test(line));
  }

  /** Lists the tree. */
  async dump(path = '.'): Promise<readonly string[]> {
    const lines = await dumpTree(this.#linux.ports.fs, Buffer.from(join(this.tree, path)), path);
    return lines.slice(1);
  }

  async remove(): Promise<void> {
    await this.#linux.dispose();
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  async #withRoot<T>(work: (root: Directory) => Promise<T>): Promise<T> {
    const root = await this.#linux.ports.fs.openRoot(this.tree);
    this.prepareRoot(root);
    try {
      return await work(root);
    } finally {
      await root.close();
    }
  }

  #options(options: Partial<ExtractOptions>): ExtractOptions {
    return {
      ports: this.#linux.ports,
      profile: MOBY_2019,
      mapping: { uids: undefined, gids: undefined },
      inUserNs: false,
      scratchParent: this.#scratch,
      ...options,
    };
  }
}

async function* once(archive: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield archive;
}
