import {
  type ComposedDriver,
  createProcessState,
  FaultSwitch,
  TurnGate,
} from '../../composition.js';
import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Ports } from '../../driver/context.js';
import type { ProcessState } from '../../driver/process-state.js';
import type { FaultPlan } from '../../oracle/commands/operation.js';
import type {
  FaultControl,
  SequenceTarget,
  TurnControl,
} from '../../oracle/targets/sequence-target.js';
import type { TargetDriver } from '../../oracle/targets/target.js';
import type { Kernel } from '../../ports/kernel.js';
import type { FileSystem } from '../../ports/file-system.js';
import type { MountCall, Mounter } from '../../ports/mounter.js';
import { detachBelow } from './detach-below.js';

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
  /** Whether its driver can be made to fail. */
  readonly withFaults?: boolean;
  /** Whether calls of its driver can be made to wait for their turn. */
  readonly withTurns?: boolean;
  /** {@link SequenceTarget.stalled} */
  readonly stalled?: Promise<void>;
}

/** A driver's ports before they were decorated, and what makes them fail. */
interface Watched {
  readonly faults: FaultSwitch;
  readonly plain: Ports;
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
  readonly faults?: FaultControl;
  readonly turns?: TurnControl;
  readonly stalled?: Promise<void>;
  readonly #gate: TurnGate | undefined;
  /** What the driver in force was made from; absent where it cannot be made to fail. */
  #watched: Watched | undefined;
  /** The same of the driver that was started last, which may not have come up. */
  #started: Watched | undefined;
  /** While it is there, a driver that starts is made to fail, too. */
  #plan: FaultPlan | undefined;

  constructor(options: ComposedTargetOptions) {
    const { name, profile, home, start, withFaults = false, withTurns = false } = options;
    this.name = name;
    this.profile = profile;
    this.home = home;
    this.#start = start;
    if (options.stalled !== undefined) this.stalled = options.stalled;
    if (withFaults) this.faults = this.#faultControl();
    this.#gate = withTurns ? new TurnGate() : undefined;
    if (this.#gate !== undefined) this.turns = this.#gate;
  }

  /** Starts the first driver; nothing else may be called before. */
  async begin(): Promise<void> {
    this.#composed = await this.#start(this.#process, this.#decorate);
    this.#watched = this.#started;
  }

  get driver(): TargetDriver {
    return this.#current.driver;
  }

  get files(): FileSystem {
    return this.#unwatched.fs;
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
    this.#watched = this.#started;
  }

  umount(path: string): Promise<void> {
    return this.#unwatched.mounter.umount(path, 0);
  }

  async dispose(): Promise<void> {
    await this.#composed?.dispose();
    this.#composed = undefined;
  }

  get #current(): ComposedDriver {
    if (this.#composed === undefined) throw new Error(`${this.name} has not begun or has ended`);
    return this.#composed;
  }

  /** What others on the machine use. */
  get #unwatched(): Ports {
    return this.#watched?.plain ?? this.ports;
  }

  readonly #decorate = (plain: Ports): Ports => {
    const seen = { ...plain, mounter: seenMounter(plain.mounter, this.#mounts) };
    const gated = this.#gate?.decorate(seen) ?? seen;
    if (this.faults === undefined) return gated;
    const faults = new FaultSwitch();
    const watched = faults.decorate(gated);
    if (this.#plan !== undefined) faults.arm(this.#plan);
    this.#started = { faults, plain };
    return watched;
  };

  #faultControl(): FaultControl {
    return {
      arm: (plan) => {
        this.#plan = plan;
        this.#started = this.#watched;
        this.#watched?.faults.arm(plan);
      },
      disarm: () => {
        this.#plan = undefined;
        const outcome = this.#watched?.faults.disarm();
        const started = this.#started === this.#watched ? outcome : this.#started?.faults.disarm();
        if (started === undefined) throw new Error(`${this.name} has not begun`);
        return started;
      },
      crash: async (power) => {
        await this.#watched?.faults.crash(power);
        if (this.#started !== this.#watched) await this.#started?.faults.crash(power);
        // Mounts are the kernel's: they end with the machine, not with the process.
        if (power !== undefined) await detachBelow(this.#unwatched, this.home);
      },
    };
  }
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
