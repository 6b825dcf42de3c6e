import type { ProfileName } from '../../domain/profiles/profile.js';
import type { MountCall } from '../../ports/mounter.js';
import type { HomeView, TreeEntry } from '../commands/answer.js';
import type {
  FaultPlan,
  FileChange,
  Operation,
  PowerLoss,
  Surroundings,
} from '../commands/operation.js';
import type { Sequence, SequenceFacts } from '../commands/sequence.js';
import type { HomePicture } from '../faults/home-picture.js';
import type { World } from '../model/facts.js';
import type { Target } from './target.js';

/**
 * A target that sequences of operations run on: besides its driver's methods it offers what
 * happens to a driver from outside.
 *
 * @public
 * @since 0.1.0
 */
export interface SequenceTarget extends Target {
  /**
   * Ends the driver and starts another one on the same home, in the same process or in a new one;
   * what is mounted stays. The driver in force is `driver` again. Where the start fails, the old
   * driver stays in force.
   *
   * @throws what starting a driver throws.
   */
  restart(process: 'same' | 'new'): Promise<void>;
  /** Somebody else on the machine unmounts what is mounted at a path: `umount2` with flags 0. */
  umount(path: string): Promise<void>;
  /** Reaches its files where `files` cannot: nobody looks at them by path then. */
  readonly remote?: RemoteFiles;
  /** Whether nobody can look at its home, which is not compared then. */
  readonly hidesHome?: boolean;
  /** Whether there is no driver any more: the old one was ended and no other one came up. */
  readonly isGone?: boolean;
  /** The mounts asked for since the target was made, in order; absent where nobody can see them. */
  mounts?(): readonly MountCall[];
  /** Resolves once a call that has not ended never will; absent where nobody can know. */
  readonly stalled?: Promise<void>;
  /** Makes its driver fail and crash; absent where nobody can. */
  readonly faults?: FaultControl;
  /** Makes calls of its driver wait for their turn; absent where nobody can. */
  readonly turns?: TurnControl;
}

/**
 * The files of a target on another machine, or in memory: it changes and reads them itself.
 *
 * @public
 * @since 0.1.0
 */
export interface RemoteFiles {
  /** Makes one change below a tree, as `changeFile` does. */
  change(tree: string, change: FileChange): Promise<void>;
  /** Looks at a whole tree, as `walkTree` does. */
  walk(tree: string): Promise<readonly TreeEntry[]>;
  /** Somebody else unmounts a layer's `merged`. */
  umount(id: string): Promise<void>;
  /** Somebody else writes to a layer's metadata. */
  tamper(operation: Extract<Operation, { op: 'tamper' }>): Promise<void>;
  /** Tells what the home shows. */
  observe(): Promise<HomeView>;
  /** Tells everything of the home that calls must leave as it is. */
  picture(): Promise<HomePicture>;
}

/**
 * Something that is not done or not judged, and why.
 *
 * @public
 * @since 0.1.0
 */
export interface Skip {
  readonly what: string;
  readonly reason: string;
}

/**
 * One call that a driver is about to make for one of its callers.
 *
 * @public
 * @since 0.1.0
 */
export interface TurnCall {
  /** Who has called the driver, from 0. */
  readonly caller: number;
  /** The method of the port, as `mkdir`. */
  readonly name: string;
  /** Whether others can see what it does. */
  readonly changes: boolean;
  /** Tells the call as a person would. */
  tell(): string;
}

/**
 * Makes a call by `perform` when its turn comes, and gives its result.
 *
 * @public
 * @since 0.1.0
 */
export type TurnHook = (call: TurnCall, perform: () => Promise<unknown>) => Promise<unknown>;

/**
 * Makes the calls of a target's driver wait for their turn.
 *
 * @public
 * @since 0.1.0
 */
export interface TurnControl {
  /** From now on calls that are made for a caller go through a hook; without one they pass. */
  watch(hook: TurnHook | undefined): void;
  /** Runs something as a caller. */
  as<T>(caller: number, work: () => Promise<T>): Promise<T>;
  /** Lets whatever can go on without a turn go on. */
  rest(): Promise<void>;
}

/**
 * Makes the driver of a target fail and crash.
 *
 * @public
 * @since 0.1.0
 */
export interface FaultControl {
  /** The calls that the driver makes from now on are counted, and the plan is carried out. */
  arm(plan: FaultPlan): void | Promise<void>;
  /** Lets calls pass again, unless the plan was the end, and tells what came of it. */
  disarm(): FaultOutcome | Promise<FaultOutcome>;
  /**
   * Ends the process of the driver, if the plan did not, and takes what the loss of power takes:
   * writes that were not synced since `arm`, and mounts. Another driver is started by `restart`.
   */
  crash(power: PowerLoss | undefined): Promise<void>;
}

/**
 * What came of a plan.
 *
 * @public
 * @since 0.1.0
 */
export interface FaultOutcome {
  /** How many calls were counted. */
  readonly calls: number;
  /** Whether the planned call came. */
  readonly isHit: boolean;
  /** The planned call, as a person would tell it; `''` where it did not come. */
  readonly call: string;
  /** What was not synced when it ended, in order; known where the plan was a loss of power. */
  readonly pending: readonly string[];
}

/**
 * What a run of sequences needs of a kind of target. Every target gets a home of its own, which
 * lies alone in a directory of its own, so that an id of `..` names something of this run alone.
 *
 * @public
 * @since 0.1.0
 */
export interface SequenceTargets {
  /** `builtin:fake`, `builtin:linux` … */
  readonly name: string;
  readonly profile: ProfileName;
  readonly facts: SequenceFacts;
  /** Tells what its targets were not asked to do, or would not do, each once. */
  skips?(): readonly Skip[];
  /** Gives a sequence without what its targets cannot do. */
  fit?(sequence: Sequence): Sequence;
  /** Whether a naive diff waits for the next second to begin, which takes time. */
  readonly waits?: boolean;
  /** What answers depend on; the home is the target's. */
  readonly world: Omit<World, 'home'>;
  /**
   * Makes a target on a new home; {@link SequenceTargets.remove} ends it.
   *
   * @param withFaults - whether it has {@link SequenceTarget.faults}, which make it slower.
   * @param withTurns - whether it has {@link SequenceTarget.turns}, which do so too.
   */
  make(
    surroundings: Surroundings,
    withFaults?: boolean,
    withTurns?: boolean,
  ): Promise<SequenceTarget>;
  /** Unmounts and removes what a target has left. */
  remove(target: SequenceTarget): Promise<void>;
  /** Ends everything. */
  dispose(): Promise<void>;
}
