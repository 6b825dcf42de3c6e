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
import type { IdMaps } from './domain/identities/id-map.js';
import { MOBY_2019 } from './domain/profiles/moby-2019.js';
import type { Profile } from './domain/profiles/profile.js';
import type { Ports } from './driver/context.js';
import { OverlayDriver } from './driver/driver.js';
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
export interface ComposeLinuxOptions extends LinuxHostOptions {
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
  /** Holds the home's lock against other processes until disposal; waits that long for it. */
  readonly lockWaitMs?: number;
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
  /** Locks a home against other processes until disposal. */
  lockHome(home: string, mode: 'shared' | 'exclusive', waitMs: number): Promise<void>;
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
  const host = await composeLinuxHost(options);
  try {
    const { profile = MOBY_2019, process = createProcessState() } = options;
    const { home, uidMaps, gidMaps, lockWaitMs } = options;
    const request = { home, options: options.options ?? [], uidMaps, gidMaps };
    if (lockWaitMs !== undefined) await host.lockHome(home, 'exclusive', lockWaitMs);
    const driver = await OverlayDriver.init({ ports: host.ports, profile, process }, request);
    return { driver, ports: host.ports, dispose: () => host.dispose() };
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
  options: LinuxHostOptions & { readonly home: string; readonly profile?: Profile },
): Promise<ComposedReader> {
  const host = await composeLinuxHost(options);
  try {
    const { home, profile = MOBY_2019 } = options;
    const reader = await OverlayReader.open(host.ports, profile, home);
    return { reader, ports: host.ports, dispose: () => host.dispose() };
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
  const bound = bindPorts(container.createChildContainer(), linux.ports);
  const disposals: (() => Promise<void>)[] = [linux.dispose];

  return {
    ports: decorate === undefined ? bound : decorate(bound),
    async lockHome(home, mode, waitMs) {
      const lock = await linux.lockHome(home, mode, { waitMs });
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
