/** The driver on a machine in memory and on this one, alike down to paths, chance and kernel. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { kernelFactsOf } from '../../../src/adapters/fake/kernel-facts.js';
import { Machine } from '../../../src/adapters/fake/machine.js';
import { MemoryVolume } from '../../../src/adapters/fake/memory-volume.js';
import { createFakePorts } from '../../../src/adapters/fake/ports.js';
import { Splitmix } from '../../../src/adapters/fake/splitmix.js';
import type { VolumeKindName } from '../../../src/adapters/fake/volume-kind.js';
import { ComposedTarget } from '../../../src/cli/targets/composed-target.js';
import { detachBelow } from '../../../src/cli/targets/detach-below.js';
import { composeFake, composeLinux } from '../../../src/composition.js';
import { OPEN } from '../../../src/domain/host/open-flags.js';
import type { Profile } from '../../../src/domain/profiles/profile.js';
import type { Ports } from '../../../src/driver/context.js';
import type { Surroundings } from '../../../src/oracle/commands/operation.js';
import { streamOf } from '../../../src/oracle/commands/write-archive.js';
import type { SequenceTarget } from '../../../src/oracle/targets/sequence-target.js';
import type { TargetDriver } from '../../../src/oracle/targets/target.js';
import type { FileSystem } from '../../../src/ports/file-system.js';
import type { Random } from '../../../src/ports/random.js';
import { outcome } from '../../helpers/union/observe.js';
import { presetOfThisKernel, type RealPlaces } from './sides.js';

const HOME_NAME = 'overlay2';
const SEED = 1;
/** Archives tell owners by name. */
const ACCOUNTS = ['/etc/passwd', '/etc/group'];

/** A driver with a home, and every archive that it gave, byte for byte. */
export interface DriverSide {
  readonly target: SequenceTarget;
  /** The same without the ears. */
  readonly composed: ComposedTarget;
  /** What the home lies alone in. */
  readonly directory: string;
  readonly archives: readonly Uint8Array[];
  remove(): Promise<void>;
}

/** Makes both sides, in memory first. */
export class DriverSides {
  readonly #profile: Profile;
  readonly #places: RealPlaces;
  readonly #root: string;
  readonly #machine: Machine;
  #count = 0;

  private constructor(profile: Profile, places: RealPlaces, root: string, machine: Machine) {
    this.#profile = profile;
    this.#places = places;
    this.#root = root;
    this.#machine = machine;
  }

  static async on(
    kind: VolumeKindName,
    profile: Profile,
    places: RealPlaces,
  ): Promise<DriverSides> {
    const root = places.rootOf(kind);
    return new DriverSides(profile, places, root, await machineWith(kind, root));
  }

  /** Gives two drivers on new homes of the same path. */
  async make(surroundings: Surroundings): Promise<readonly [fake: DriverSide, real: DriverSide]> {
    const directory = `${this.#root}/s-${String(this.#count++).padStart(6, '0')}`;
    const home = `${directory}/${HOME_NAME}${'x'.repeat(surroundings.homePadding)}`;
    return [await this.#fake(directory, home), await this.#real(directory, home)];
  }

  dispose(): void {
    this.#machine.dispose();
  }

  async #fake(directory: string, home: string): Promise<DriverSide> {
    const machine = this.#machine.fork();
    await createFakePorts(machine).ports.fs.mkdir(directory, 0o755);
    const profile = this.#profile;
    const chance = new Splitmix(SEED);
    const composed = new ComposedTarget({
      name: 'fake',
      profile: profile.name,
      home,
      start: (process, decorate) =>
        composeFake({
          home,
          profile,
          process,
          machine,
          decorate: (ports) => decorate(withChance(ports, chance)),
        }),
    });
    await composed.begin();
    return sideOf(composed, directory, async () => {
      await composed.dispose();
      machine.dispose();
    });
  }

  async #real(directory: string, home: string): Promise<DriverSide> {
    mkdirSync(directory);
    const profile = this.#profile;
    const chance = new Splitmix(SEED);
    const composed = new ComposedTarget({
      name: 'linux',
      profile: profile.name,
      home,
      start: (process, decorate) =>
        composeLinux({
          home,
          profile,
          process,
          writeLog: () => undefined,
          decorate: (ports) => decorate(withoutWaits(withChance(ports, chance))),
        }),
    });
    const { ports } = this.#places.linux;
    const remove = async (): Promise<void> => {
      await composed.dispose();
      await detachBelow(ports, directory);
      rmSync(directory, { recursive: true, force: true });
    };
    try {
      await composed.begin();
    } catch (error) {
      await remove();
      throw error;
    }
    return sideOf(composed, directory, remove);
  }
}

/** Makes a machine like this one, with a new file system of a kind at a path. */
async function machineWith(kind: VolumeKindName, path: string): Promise<Machine> {
  const preset = presetOfThisKernel();
  const kernel = {
    ...kernelFactsOf(preset),
    release: release(),
    overlayParameters: overlayParameters(),
    fileSystems: readFileSync('/proc/filesystems', 'utf8'),
    umask: process.umask(),
    tempDirectory: tmpdir(),
  };
  const seconds = BigInt(Math.floor(Date.now() / 1000));
  const machine = new Machine({ kernel, start: { seconds, nanoseconds: 0 } });
  const { fs } = createFakePorts(machine).ports;
  let known = '';
  for (const name of path.slice(1).split('/')) {
    known += `/${name}`;
    await outcome(() => fs.mkdir(known, 0o755));
  }
  await fs.mkdir('/etc', 0o755);
  for (const file of ACCOUNTS) await copyFile(fs, file);
  const { clock, pool } = machine;
  const volume = machine.addVolume(
    (id) => new MemoryVolume(id, { kind, device: deviceOf(path), clock, pool }),
  );
  const text = { source: kind, fsType: kind, options: 'rw', superOptions: 'rw' };
  machine.mountAt(0, machine.resolve(path), volume.id, text, path);
  return machine;
}

/** A quota probe makes a node with the number of the device that the home lies on. */
function deviceOf(path: string): readonly [major: number, minor: number] {
  const { dev } = statSync(path);
  return [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
}

async function copyFile(fs: FileSystem, path: string): Promise<void> {
  const file = await fs.open(path, OPEN.WRITE_ONLY | OPEN.CREATE, 0o644);
  await file.write(readFileSync(path));
  await file.close();
}

function overlayParameters(): Readonly<Record<string, string>> {
  const directory = '/sys/module/overlay/parameters';
  const names = readdirSync(directory);
  const text = (name: string): string => readFileSync(`${directory}/${name}`, 'utf8').trimEnd();
  return Object.fromEntries(names.map((name) => [name, text(name)]));
}

function withChance(ports: Ports, chance: Splitmix): Ports {
  const random: Random = {
    async bytes(length) {
      const bytes = new Uint8Array(length);
      chance.generate(bytes);
      return bytes;
    },
  };
  return { ...ports, random };
}

/** A naive diff waits for the next second, lest times by the second hide what follows it. */
function withoutWaits(ports: Ports): Ports {
  const { clock } = ports;
  return {
    ...ports,
    clock: {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms) => (ms > 0 ? Promise.resolve() : clock.sleep(ms)),
    },
  };
}

/** Keeps what every Diff of a target's driver gives. */
function sideOf(
  composed: ComposedTarget,
  directory: string,
  remove: () => Promise<void>,
): DriverSide {
  const archives: Uint8Array[] = [];
  const own: Partial<TargetDriver> = {
    async diff(id, parent) {
      const archive = await collect(await composed.driver.diff(id, parent));
      archives.push(archive);
      return streamOf(archive);
    },
  };
  // The driver is another one after every restart.
  const driver = new Proxy({} as TargetDriver, {
    get(_, name: keyof TargetDriver) {
      const { driver: now } = composed;
      return own[name] ?? (now[name] as (...args: unknown[]) => unknown).bind(now);
    },
  });
  const target = new Proxy<SequenceTarget>(composed, {
    get(_, name: keyof SequenceTarget) {
      if (name === 'driver') return driver;
      const value: unknown = (composed as SequenceTarget)[name];
      return typeof value === 'function' ? (value.bind(composed) as unknown) : value;
    },
  });
  return { target, composed, directory, archives, remove };
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(Uint8Array.from(chunk));
  return Uint8Array.from(Buffer.concat(chunks));
}
