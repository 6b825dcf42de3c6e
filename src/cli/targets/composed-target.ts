import { type ComposedDriver, createProcessState } from '../../composition.js';
import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Ports } from '../../driver/context.js';
import type { ProcessState } from '../../driver/process-state.js';
import type { SequenceTarget } from '../../oracle/targets/sequence-target.js';
import type { TargetDriver } from '../../oracle/targets/target.js';
import type { Kernel } from '../../ports/kernel.js';
import type { FileSystem } from '../../ports/file-system.js';
import type { MountCall, Mounter } from '../../ports/mounter.js';

/** How a driver is started on a target's home. */
export type StartDriver = (
  process: ProcessState,
  decorate: (ports: Ports) => Ports,
) => Promise<ComposedDriver>;

/** What a target is called and where it lies. */
export interface ComposedTargetOptions {
  readonly name: string;
  readonly profile: ProfileName;
  readonly home: string;
  readonly start: StartDriver;
}

/**
 * A driver of this program as a target: it is started again when it is asked for, and its mounts
 * are seen.
 *
 * @internal
 */
export class ComposedTarget implements SequenceTarget {
  readonly name: string;
  readonly profile: ProfileName;
  readonly home: string;
  readonly capabilities = { quota: false, label: false, diff: true, onDisk: true };
  readonly #start: StartDriver;
  readonly #mounts: MountCall[] = [];
  #process: ProcessState = createProcessState();
  #composed: ComposedDriver | undefined;

  constructor({ name, profile, home, start }: ComposedTargetOptions) {
    this.name = name;
    this.profile = profile;
    this.home = home;
    this.#start = start;
  }

  /** Starts the first driver; nothing else may be called before. */
  async begin(): Promise<void> {
    this.#composed = await this.#start(this.#process, this.#decorate);
  }

  get driver(): TargetDriver {
    return this.#current.driver;
  }

  get files(): FileSystem {
    return this.ports.fs;
  }

  get kernel(): Pick<Kernel, 'mountInfo' | 'umask'> {
    return this.ports.kernel;
  }

  get ports(): Ports {
    return this.#current.ports;
  }

  mounts(): readonly MountCall[] {
    return this.#mounts;
  }

  async restart(process: 'same' | 'new'): Promise<void> {
    const state = process === 'same' ? this.#process : createProcessState();
    const next = await this.#start(state, this.#decorate);
    await this.#current.dispose();
    this.#process = state;
    this.#composed = next;
  }

  umount(path: string): Promise<void> {
    return this.ports.mounter.umount(path, 0);
  }

  async dispose(): Promise<void> {
    await this.#composed?.dispose();
    this.#composed = undefined;
  }

  get #current(): ComposedDriver {
    if (this.#composed === undefined) throw new Error(`${this.name} has not begun or has ended`);
    return this.#composed;
  }

  readonly #decorate = (ports: Ports): Ports => ({
    ...ports,
    mounter: seenMounter(ports.mounter, this.#mounts),
  });
}

/** Notes the mounts of layers; probes of the kernel, which name no layers, are left out. */
function seenMounter(mounter: Mounter, seen: MountCall[]): Mounter {
  return {
    pageLimited: mounter.pageLimited,
    mount(call) {
      if (call.layers !== undefined) seen.push(call);
      return mounter.mount(call);
    },
    umount: (target, flags) => mounter.umount(target, flags),
  };
}
