/**
 * The composition root: the one place where ports meet adapters, and the only one that knows of
 * the container. Adapters are imported when they are asked for, so that nothing else loads native
 * code.
 */
import 'reflect-metadata';
import {
  container,
  type DependencyContainer,
  instanceCachingFactory,
  type InjectionToken,
} from 'tsyringe';
import type { Machine, MachineOptions, NamespaceId } from './adapters/fake/machine.js';
import { goJoin } from './domain/go/path.js';
import { decideIdMapping, type IdMaps } from './domain/identities/id-map.js';
import { LINK_DIR } from './domain/layers/layout.js';
import { MOBY_2019 } from './domain/profiles/moby-2019.js';
import type { Profile } from './domain/profiles/profile.js';
import type { Ports } from './driver/context.js';
import { type ExamineRequest, examineHost } from './driver/doctor/examine-host.js';
import type { Finding } from './driver/doctor/finding.js';
import { OverlayDriver } from './driver/driver.js';
import { Store } from './driver/fsck/store.js';
import type { SurveyRequest } from './driver/fsck/take-survey.js';
import { lockHome, type LockDirectory, retryWhileHeld } from './driver/lock-home.js';
import { createProcessState, type ProcessState } from './driver/process-state.js';
import { OverlayReader } from './driver/reader.js';
import type { Clock } from './ports/clock.js';
import type { FileSystem } from './ports/file-system.js';
import type { Kernel } from './ports/kernel.js';
import type { Logger, LogLevel } from './ports/logger.js';
import type { Mounter } from './ports/mounter.js';
import type { Quota } from './ports/quota.js';
import type { Random } from './ports/random.js';

const FILE_SYSTEM: InjectionToken<FileSystem> = Symbol('FileSystem');
const MOUNTER: InjectionToken<Mounter> = Symbol('Mounter');
const QUOTA: InjectionToken<Quota> = Symbol('Quota');
const KERNEL: InjectionToken<Kernel> = Symbol('Kernel');
const RANDOM: InjectionToken<Random> = Symbol('Random');
const CLOCK: InjectionToken<Clock> = Symbol('Clock');
const LOGGER: InjectionToken<Logger> = Symbol('Logger');

export type { Machine, MachineOptions } from './adapters/fake/machine.js';
export { FaultSwitch } from './adapters/faults/fault-switch.js';
export { TurnGate } from './adapters/faults/turn-gate.js';
export type { IdMap, IdMaps } from './domain/identities/id-map.js';
export type { LockDirectory } from './driver/lock-home.js';
export { MOUNT_FINDING } from './driver/doctor/examine-host.js';
export { createProcessState } from './driver/process-state.js';
export type { Flaw } from './domain/fsck/flaw.js';
export { describeMend, type Mend } from './domain/fsck/mend.js';
export { FSCK_RULES, fsckRule, type FsckSeverity } from './domain/fsck/rules.js';
export { unescapeMountText } from './domain/mounts/mount-text.js';
export type { MountElsewhere } from './domain/fsck/survey.js';
export type { Store, StoreReport } from './driver/fsck/store.js';
export type { Finding } from './driver/doctor/finding.js';

/**
 * How the driver mounts: the classic `mount(2)`, or the new mount API with one call a layer.
 *
 * @public
 * @since 0.1.0
 */
export type Backend = 'mount2' | 'fsopen';

/**
 * How to reach this machine.
 *
 * @public
 * @since 0.1.0
 */
export interface LinuxHostOptions {
  /** `mount2` unless told. */
  readonly backend?: Backend;
  /** Log lines below this level are dropped; `warning` unless told. */
  readonly logLevel?: LogLevel;
  /** Takes log lines instead of standard error. */
  readonly writeLog?: (line: string) => void;
  /** Wraps ports, as tests do to trace calls and to make them fail. */
  readonly decorate?: (ports: Ports) => Ports;
}

/**
 * What a driver on this machine is made from.
 *
 * @public
 * @since 0.1.0
 */
export interface ComposeLinuxOptions extends LinuxHostOptions, StartOptions {}

/**
 * What a driver in memory is made from. Every failure that a real machine can have, it can be
 * given: by the machine's own options, and by `decorate`.
 *
 * @public
 * @since 0.1.0
 */
export interface ComposeFakeOptions extends StartOptions {
  /** Where it runs; a new one unless told. Another driver on the same one is a restart. */
  readonly machine?: Machine;
  /** How a new machine is made. */
  readonly machineOptions?: MachineOptions;
  /** The preset of a new machine's kernel, `6.1` and the like. */
  readonly kernel?: string;
  /** Whose mounts it sees; the first one's unless told. */
  readonly namespace?: NamespaceId;
  /** Log lines below this level are dropped; `warning` unless told. */
  readonly logLevel?: LogLevel;
  /** Wraps ports, as tests do to trace calls and to make them fail. */
  readonly decorate?: (ports: Ports) => Ports;
}

/**
 * A driver in memory, what ends it, and what it runs on, which stays.
 *
 * @public
 * @since 0.1.0
 */
export interface ComposedFakeDriver extends ComposedDriver {
  readonly machine: Machine;
}

/**
 * What a driver is made from, wherever it runs.
 *
 * @public
 * @since 0.1.0
 */
export interface StartOptions {
  /** Absolute path of the driver's directory. */
  readonly home: string;
  /** `moby-2019` unless told. */
  readonly profile?: Profile;
  /** Driver options, `key=value`. */
  readonly options?: readonly string[];
  readonly uidMaps?: IdMaps;
  readonly gidMaps?: IdMaps;
  /** What is process-wide in Go; a new process unless told. */
  readonly process?: ProcessState;
  /**
   * Holds the home's lock against other processes until disposal, and waits that long for it. A
   * missing home is made first, and taken back when the start fails.
   */
  readonly lockWaitMs?: number;
  /** Refuses a home that is missing or was never used, instead of making it. */
  readonly mustExist?: boolean;
}

/**
 * What a reader on this machine is made from.
 *
 * @public
 * @since 0.1.0
 */
export interface ComposeLinuxReaderOptions extends LinuxHostOptions {
  /** Absolute path of the driver's directory. */
  readonly home: string;
  /** `moby-2019` unless told. */
  readonly profile?: Profile;
  readonly uidMaps?: IdMaps;
  readonly gidMaps?: IdMaps;
}

/**
 * A driver and what ends it.
 *
 * @public
 * @since 0.1.0
 */
export interface ComposedDriver {
  readonly driver: OverlayDriver;
  readonly ports: Ports;
  readonly lock: LockDirectory;
  /** Opens a reader of the same home on the same ports; it ends with the driver. */
  openReader(): Promise<OverlayReader>;
  /** Releases threads and locks, last made first. Mounts stay, as after the end of a daemon. */
  dispose(): Promise<void>;
}

/**
 * A reader of a home and what ends it.
 *
 * @public
 * @since 0.1.0
 */
export interface ComposedReader {
  readonly reader: OverlayReader;
  readonly ports: Ports;
  readonly lock: LockDirectory;
  dispose(): Promise<void>;
}

/**
 * The ports of this machine and what ends them.
 *
 * @public
 * @since 0.1.0
 */
export interface ComposedHost {
  readonly ports: Ports;
  readonly lock: LockDirectory;
  /** Tells what this host can do; see `examineHost`. */
  examine(request: ExamineRequest): Promise<readonly Finding[]>;
  /** Gives a home to look over and mend, without a driver. */
  openStore(request: SurveyRequest): Store;
  dispose(): Promise<void>;
}

/**
 * Starts a driver on this machine.
 *
 * @throws what `OverlayDriver.init` throws; a `GraphDriverError` of code `host` where this is no
 *   Linux or koffi is missing.
 * @public
 * @since 0.1.0
 */
export async function composeLinux(options: ComposeLinuxOptions): Promise<ComposedDriver> {
  return startDriver(await composeLinuxHost(options), options);
}

/**
 * Starts a driver on a machine in memory; nothing of the real one is asked or touched.
 *
 * @throws what `OverlayDriver.init` throws; a `GraphDriverError` of code `kernel-preset` for a
 *   kernel that no preset has the name of.
 * @public
 * @since 0.1.0
 */
export async function composeFake(options: ComposeFakeOptions): Promise<ComposedFakeDriver> {
  const [{ createFakePorts }, { Machine }, { kernelFactsOf }] = await Promise.all([
    import('./adapters/fake/ports.js'),
    import('./adapters/fake/machine.js'),
    import('./adapters/fake/kernel-facts.js'),
  ]);
  const { machineOptions = {}, kernel, namespace, logLevel, decorate } = options;
  const facts = kernel === undefined ? {} : { kernel: kernelFactsOf(kernel) };
  const { machine = new Machine({ ...machineOptions, ...facts }) } = options;
  const fake = createFakePorts(machine, {
    ...(namespace === undefined ? {} : { namespace }),
    ...(logLevel === undefined ? {} : { logLevel }),
  });
  const host = bindHost(fake.ports, decorate, [], async (path, mode) => {
    const release = fake.lockHome(path, mode);
    return { release: async () => release() };
  });
  return { ...(await startDriver(host, options)), machine };
}

/** Starts a driver on a host, which ends with it, or with its failure to start. */
async function startDriver(host: Host, options: StartOptions): Promise<ComposedDriver> {
  try {
    const { profile = MOBY_2019, process = createProcessState() } = options;
    const { home, uidMaps, gidMaps } = options;
    const { ports, lock } = host;
    const mapping = { uids: uidMaps, gids: gidMaps };
    const request = { home, options: options.options ?? [], uidMaps, gidMaps };
    if (options.mustExist === true) {
      await ports.fs.stat(home);
      await ports.fs.stat(goJoin(home, LINK_DIR));
    }
    const undoHome = await lockHome(ports, lock, options, decideIdMapping(mapping, profile));
    try {
      const driver = await OverlayDriver.init({ ports, profile, process }, request);
      const openReader = (): Promise<OverlayReader> =>
        OverlayReader.open(ports, profile, home, mapping);
      return { driver, ports, lock, openReader, dispose: () => host.dispose() };
    } catch (error) {
      await undoHome();
      throw error;
    }
  } catch (error) {
    await host.dispose();
    throw error;
  }
}

/**
 * Opens a home of this machine for reading: nothing is probed, locked or written.
 *
 * @throws SyscallError where the home cannot be read.
 * @public
 * @since 0.1.0
 */
export async function composeLinuxReader(
  options: ComposeLinuxReaderOptions,
): Promise<ComposedReader> {
  const host = await composeLinuxHost(options);
  try {
    const { home, profile = MOBY_2019, uidMaps, gidMaps } = options;
    const { ports, lock } = host;
    const mapping = { uids: uidMaps, gids: gidMaps };
    const reader = await OverlayReader.open(ports, profile, home, mapping);
    return { reader, ports, lock, dispose: () => host.dispose() };
  } catch (error) {
    await host.dispose();
    throw error;
  }
}

/**
 * Binds the ports to this machine.
 *
 * @throws GraphDriverError of code `host` where this is no Linux or koffi is missing.
 * @public
 * @since 0.1.0
 */
export async function composeLinuxHost(options: LinuxHostOptions = {}): Promise<ComposedHost> {
  const { createLinuxPorts } = await import('./adapters/linux/ports.js');
  const { backend = 'mount2', logLevel = 'warning', writeLog, decorate } = options;
  const linux = createLinuxPorts({ backend, logLevel, ...(writeLog ? { writeLog } : {}) });
  const host = bindHost(linux.ports, decorate, [linux.dispose], linux.lockHome);
  return {
    ...host,
    examine: (request) => examineHost(host.ports, linux.features, request),
    openStore: (request) => new Store(host.ports, request),
  };
}

/**
 * Gives what tells the user at the other end of a connected unix socket by its descriptor.
 *
 * @throws GraphDriverError of code `host` where this is no Linux or koffi is missing.
 * @internal
 */
export async function composePeerUid(): Promise<(fd: number) => number> {
  const { createPeerUid } = await import('./adapters/linux/peer-uid.js');
  return createPeerUid();
}

/** Ports bound to adapters, and what ends them. */
type Host = Omit<ComposedHost, 'examine' | 'openStore'>;

/** Locks a directory, or fails with EAGAIN. */
type TryLock = (
  path: string,
  mode: 'shared' | 'exclusive',
) => Promise<{ release(): Promise<void> }>;

function bindHost(
  adapters: Ports,
  decorate: ((ports: Ports) => Ports) | undefined,
  disposals: (() => Promise<void>)[],
  tryLock: TryLock,
): Host {
  const bound = bindPorts(container.createChildContainer(), adapters);
  const ports = decorate === undefined ? bound : decorate(bound);
  return {
    ports,
    async lock(path, mode, waitMs) {
      const lock = await retryWhileHeld(ports.clock, waitMs, () => tryLock(path, mode));
      disposals.push(() => lock.release());
    },
    async dispose() {
      for (const end of disposals.splice(0).reverse()) await end();
    },
  };
}

function bindPorts(scope: DependencyContainer, adapters: Ports): Ports {
  const bind = <T>(token: InjectionToken<T>, value: T): DependencyContainer =>
    scope.register(token, { useFactory: instanceCachingFactory(() => value) });
  bind(FILE_SYSTEM, adapters.fs);
  bind(MOUNTER, adapters.mounter);
  bind(QUOTA, adapters.quota);
  bind(KERNEL, adapters.kernel);
  bind(RANDOM, adapters.random);
  bind(CLOCK, adapters.clock);
  bind(LOGGER, adapters.logger);
  return {
    fs: scope.resolve(FILE_SYSTEM),
    mounter: scope.resolve(MOUNTER),
    quota: scope.resolve(QUOTA),
    kernel: scope.resolve(KERNEL),
    random: scope.resolve(RANDOM),
    clock: scope.resolve(CLOCK),
    logger: scope.resolve(LOGGER),
  };
}
