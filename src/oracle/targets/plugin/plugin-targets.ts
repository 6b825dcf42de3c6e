import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { FileSystem } from '../../../ports/file-system.js';
import type { Kernel } from '../../../ports/kernel.js';
import type { World } from '../../model/facts.js';
import { ProtocolFault } from '../../protocol/protocol-fault.js';
import type { SequenceTarget, SequenceTargets } from '../sequence-target.js';
import { fitToPlugin, skipsOfPlugin } from './fit-to-plugin.js';
import { PluginClient } from './plugin-client.js';
import { PluginDriver } from './plugin-driver.js';
import { PluginProcess } from './plugin-process.js';

const HOME_NAME = 'overlay2';
const NAME_BYTES_MAX = 255;
/** So many of the number of a home, so that all homes are of one length. */
const DIGITS = 7;

/** What this machine offers: the plugin mounts on its kernel, and its files are found by path. */
export interface PluginHost {
  readonly files: FileSystem;
  readonly kernel: Pick<Kernel, 'mountInfo' | 'umask'>;
  /** `umount2` with flags 0. */
  umount(path: string): Promise<void>;
  /** Takes away every mount below a directory. */
  detach(directory: string): Promise<void>;
}

/** How a plugin is reached. */
export interface PluginTargetsOptions {
  /** `plugin:` and the socket. */
  readonly name: string;
  /** Absolute. */
  readonly socket: string;
  /** Starts the plugin; absent where one listens already, which is never started anew then. */
  readonly command?: readonly string[];
  readonly profile: ProfileName;
  /** How long nothing may come of a call. */
  readonly timeoutMs: number;
  /** An empty directory, absolute, on a file system that layers can lie on. */
  readonly place: string;
  readonly host: PluginHost;
  /** Finds out what answers depend on, on this machine. */
  learnWorld(target: Pick<SequenceTarget, 'home' | 'driver'>): Promise<Omit<World, 'home'>>;
}

/**
 * Makes targets of the driver behind a graph driver plugin, which runs on this machine and in this
 * process's mount namespace.
 *
 * @throws ProtocolFault where it does not speak the protocol; GraphDriverError where its driver
 *   cannot start here, of code `host` where the plugin cannot.
 * @public
 * @since 0.1.0
 */
export async function pluginTargets(options: PluginTargetsOptions): Promise<SequenceTargets> {
  const { name, socket, command, profile, timeoutMs, place, host } = options;
  const process = command === undefined ? undefined : new PluginProcess(command, socket);
  const client = new PluginClient(socket, timeoutMs);
  const directories = new WeakMap<object, string>();
  let homes = 0;

  const make = async (homePadding: number): Promise<SequenceTarget> => {
    homes += 1;
    const directory = join(place, `s-${String(homes).padStart(DIGITS, '0')}`);
    await mkdir(directory);
    const home = join(directory, HOME_NAME + 'x'.repeat(homePadding));
    const target = targetOn(options, home, client, process);
    directories.set(target, directory);
    await target.restart('same');
    return target;
  };
  const remove = async (target: SequenceTarget): Promise<void> => {
    const directory = directories.get(target);
    if (directory === undefined) return;
    await host.detach(directory);
    await rm(directory, { recursive: true, force: true });
  };
  const dispose = async (): Promise<void> => {
    client.dispose();
    await process?.end();
  };

  try {
    await process?.start();
    await expectGraphDriver(client);
    const probe = await make(0);
    const world = await options.learnWorld(probe);
    const facts = {
      homeLength: Buffer.byteLength(probe.home),
      paddingMax: NAME_BYTES_MAX - HOME_NAME.length,
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
      skips: () => skipsOfPlugin(process !== undefined),
      fit: (sequence) => fitToPlugin(sequence, process !== undefined),
      make: ({ homePadding }) => make(homePadding),
      remove,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function expectGraphDriver(client: PluginClient): Promise<void> {
  const method = 'Plugin.Activate';
  const answer = await client.call(method);
  const { Implements } = answer;
  if (Array.isArray(Implements) && Implements.includes('GraphDriver')) return;
  const came = `no GraphDriver: ${JSON.stringify(answer)}`;
  throw new ProtocolFault('wrong-reply', { request: method, came, stderr: '' });
}

function targetOn(
  { name, profile, host }: PluginTargetsOptions,
  home: string,
  client: PluginClient,
  process: PluginProcess | undefined,
): SequenceTarget {
  const driver = new PluginDriver(client);
  return {
    name,
    profile,
    home,
    capabilities: { quota: false, label: false, diff: true, onDisk: true },
    driver,
    files: host.files,
    kernel: host.kernel,
    async restart(how) {
      if (how === 'new' && process !== undefined) {
        client.dispose();
        await process.end();
        await process.start();
      }
      await driver.init(home);
    },
    umount: (path) => host.umount(path),
    dispose: async () => undefined,
  };
}
