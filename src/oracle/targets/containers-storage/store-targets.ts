import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { World } from '../../model/facts.js';
import type { PluginHost } from '../plugin/plugin-targets.js';
import type { SequenceTarget, SequenceTargets } from '../sequence-target.js';
import { StoreCommands } from './command-line.js';
import { fitToStore, skipsOfStore } from './fit-to-store.js';
import { StoreDriver } from './store-driver.js';

const GRAPH_NAME = 'graph';
const NAME_BYTES_MAX = 255;
/** So many of the number of a store, so that all homes are of one length. */
const DIGITS = 7;

/** Where stores are made, and by what they are reached. */
export interface StoreTargetsOptions {
  /** `containers-storage:` and the directory. */
  readonly name: string;
  readonly profile: ProfileName;
  /** How long a command may take. */
  readonly timeoutMs: number;
  /** An empty directory, absolute, on a file system that layers can lie on. */
  readonly place: string;
  readonly host: PluginHost;
  /** Finds out what answers depend on, on this machine. */
  learnWorld(target: Pick<SequenceTarget, 'home' | 'driver'>): Promise<Omit<World, 'home'>>;
}

/**
 * Makes targets of stores that `containers-storage` keeps, by its command line.
 *
 * @throws ProtocolFault where the program is not there; GraphDriverError where it cannot work here.
 * @public
 * @since 0.1.0
 */
export async function storeTargets(options: StoreTargetsOptions): Promise<SequenceTargets> {
  const { name, profile, place, host } = options;
  const directories = new WeakMap<object, string>();
  let stores = 0;

  const make = async (homePadding: number): Promise<SequenceTarget> => {
    stores += 1;
    const directory = join(place, `s-${String(stores).padStart(DIGITS, '0')}`);
    await mkdir(directory);
    const graph = join(directory, GRAPH_NAME + 'x'.repeat(homePadding));
    const target = await targetOn(options, graph, join(directory, 'run'));
    directories.set(target, directory);
    return target;
  };
  const remove = async (target: SequenceTarget): Promise<void> => {
    const directory = directories.get(target);
    if (directory === undefined) return;
    // The store mounts its home on itself, and layers below that.
    await host.detach(directory);
    await rm(directory, { recursive: true, force: true });
  };

  const probe = await make(0);
  // It never asks for `index=off`.
  const world = { ...(await options.learnWorld(probe)), indexOff: false };
  const facts = {
    homeLength: Buffer.byteLength(probe.home),
    paddingMax: NAME_BYTES_MAX - GRAPH_NAME.length,
    indexOff: world.indexOff,
    pageSize: world.pageSize,
  };
  await remove(probe);
  return {
    name,
    profile,
    facts,
    waits: true,
    world,
    skips: skipsOfStore,
    fit: fitToStore,
    make: ({ homePadding }) => make(homePadding),
    remove,
    dispose: async () => undefined,
  };
}

async function targetOn(
  { name, profile, host, timeoutMs }: StoreTargetsOptions,
  graph: string,
  run: string,
): Promise<SequenceTarget> {
  const driver = new StoreDriver(new StoreCommands({ graph, run }, timeoutMs));
  // The first command makes the store.
  await driver.status();
  return {
    name,
    profile,
    home: join(graph, 'overlay'),
    capabilities: { quota: false, label: false, diff: true, onDisk: true },
    driver,
    files: host.files,
    kernel: host.kernel,
    restart: async () => undefined,
    umount: (path) => host.umount(path),
    dispose: async () => undefined,
  };
}
