import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Backend, composeLinux, composeLinuxHost } from '../../composition.js';
import type { Profile } from '../../domain/profiles/profile.js';
import type { Surroundings } from '../../oracle/commands/operation.js';
import type { SequenceTargets } from '../../oracle/targets/sequence-target.js';
import { ComposedTarget } from './composed-target.js';
import { detachBelow } from './detach-below.js';
import { worldOf } from './world-of.js';

const NAME = 'builtin:linux';
const HOME_NAME = 'overlay2';
const NAME_BYTES_MAX = 255;

/** How the driver on this machine is reached. */
export interface LinuxTargetsOptions {
  readonly profile: Profile;
  readonly backend: Backend;
  /** An empty directory, absolute, on a file system that layers can lie on. */
  readonly place: string;
}

/**
 * Makes targets of the driver on this machine's kernel.
 *
 * @throws GraphDriverError where the driver cannot start here.
 * @internal
 */
export async function linuxTargets(options: LinuxTargetsOptions): Promise<SequenceTargets> {
  const { profile, backend, place } = options;
  // What the driver logs is part of how it fails, which a run provokes on purpose.
  const writeLog = (): void => undefined;
  const host = await composeLinuxHost({ backend, writeLog });
  const directories = new WeakMap<object, string>();

  const make = async (
    { homePadding }: Surroundings,
    withFaults = false,
    withTurns = false,
  ): Promise<ComposedTarget> => {
    const directory = await mkdtemp(join(place, 's-'));
    const home = join(directory, HOME_NAME + 'x'.repeat(homePadding));
    const target = new ComposedTarget({
      name: NAME,
      profile: profile.name,
      home,
      withFaults,
      withTurns,
      start: (process, decorate) =>
        composeLinux({ home, profile, backend, writeLog, process, decorate }),
    });
    directories.set(target, directory);
    await target.begin();
    return target;
  };

  const remove: SequenceTargets['remove'] = async (target) => {
    await target.dispose();
    const directory = directories.get(target);
    if (directory === undefined) return;
    await detachBelow(host.ports, directory);
    await rm(directory, { recursive: true, force: true });
  };

  const probe = await make({ homePadding: 0 });
  const world = await worldOf(probe);
  const facts = {
    homeLength: Buffer.byteLength(probe.home),
    paddingMax: NAME_BYTES_MAX - HOME_NAME.length,
    indexOff: world.indexOff,
    pageSize: world.pageSize,
  };
  await remove(probe);
  const dispose = (): Promise<void> => host.dispose();
  const waits = true;
  return { name: NAME, profile: profile.name, facts, waits, world, make, remove, dispose };
}
