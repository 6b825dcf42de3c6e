import { composeFake, type Machine } from '../../composition.js';
import type { Profile } from '../../domain/profiles/profile.js';
import type { Surroundings } from '../../oracle/commands/operation.js';
import type { SequenceTargets } from '../../oracle/targets/sequence-target.js';
import { ComposedTarget } from './composed-target.js';
import { StallWatch } from './stall-watch.js';
import { worldOf } from './world-of.js';

const NAME = 'builtin:fake';
const HOME = '/var/lib/overlay2';
/** Where the driver starts that a machine is made for; others have a home of their own. */
const FIRST_HOME = '/tmp/overlay2';
const NAME_BYTES_MAX = 255;

/** How the machine in memory is made. */
export interface FakeTargetsOptions {
  readonly profile: Profile;
  /** The preset of its kernel; that of the kernel the rules were confirmed on unless told. */
  readonly kernel?: string;
}

/**
 * Makes targets of the driver in memory: each on a machine of its own, all of them alike.
 *
 * @throws GraphDriverError where the driver cannot start on such a machine.
 * @internal
 */
export async function fakeTargets(options: FakeTargetsOptions): Promise<SequenceTargets> {
  const { profile, kernel } = options;
  const machines = new WeakMap<object, Machine>();
  const forgets = new WeakMap<object, () => void>();
  const watch = new StallWatch();

  const start = async (
    home: string,
    machine: Machine,
    withFaults: boolean,
    withTurns = false,
  ): Promise<ComposedTarget> => {
    const { stalled, forget } = watch.next();
    const target = new ComposedTarget({
      name: NAME,
      profile: profile.name,
      home,
      withFaults,
      withTurns,
      stalled,
      start: (process, decorate) => composeFake({ home, profile, process, decorate, machine }),
    });
    machines.set(target, machine);
    forgets.set(target, forget);
    await target.begin();
    return target;
  };

  const first = await composeFake({
    home: FIRST_HOME,
    profile,
    ...(kernel === undefined ? {} : { kernel }),
  });
  await first.dispose();
  // Facts are found out on a machine of their own, since the probes of a driver leave traces.
  const probe = await start(HOME, first.machine.fork(), false);
  const world = await worldOf(probe);
  const { indexOff, pageSize } = world;
  const nameLength = HOME.length - HOME.lastIndexOf('/') - 1;
  const paddingMax = NAME_BYTES_MAX - nameLength;

  return {
    name: NAME,
    profile: profile.name,
    facts: { homeLength: HOME.length, paddingMax, indexOff, pageSize },
    world,
    make: ({ homePadding }: Surroundings, withFaults = false, withTurns = false) =>
      start(HOME + 'x'.repeat(homePadding), first.machine.fork(), withFaults, withTurns),
    async remove(target) {
      forgets.get(target)?.();
      await target.dispose();
      machines.get(target)?.dispose();
    },
    async dispose() {
      watch.dispose();
      await probe.dispose();
      first.machine.dispose();
    },
  };
}
