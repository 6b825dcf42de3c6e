import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Operation } from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';
import { addFaults } from '../faults/choose-plan.js';
import { generateSequence } from '../generate/generate-sequence.js';
import { SeededRandom } from '../generate/random.js';
import type { World } from '../model/facts.js';
import { LayerStoreModel } from '../model/model.js';
import { caseInstead } from '../concurrency/generate-case.js';
import { judgeCase } from '../concurrency/judge-case.js';
import { shrinkCase } from '../concurrency/shrink-case.js';
import { shrinkSequence } from '../shrink/shrink-sequence.js';
import { ProtocolFault, SkippedOperation } from '../protocol/protocol-fault.js';
import type { SequenceTarget, SequenceTargets } from '../targets/sequence-target.js';
import { type Compared, comparedByLaw } from './compared.js';
import type { Divergence } from './divergence.js';
import { faultKey } from './fault-key.js';
import { LAWS, LAYER_LAWS } from './laws/all-laws.js';
import { judgeLayers } from './judge-layers.js';
import { protocolDivergence } from './protocol-divergence.js';
import { type Judging, type RunHooks, type RunResult, runSequence } from './run-sequence.js';

/** Begins the signature of what takes as long as a reply may take, whenever it is seen. */
const LATE = 'protocol late';
const LATE_RUNS_MAX = 12;
const PICTURES_ONE_IN = 10;
const LAYERS_ONE_IN = 10;
const WAITING_LAYERS_ONE_IN = 200;

/**
 * Everything that a run can be held against.
 *
 * @internal
 */
export const THOROUGH: RunHooks = {
  compareHome: 'always',
  laws: LAWS,
  withPictures: true,
  layers: { laws: LAYER_LAWS, max: 1 },
};

/** What a campaign runs, and for how long. */
export interface CampaignOptions {
  readonly targets: SequenceTargets;
  /** Whose rules the target is held to. */
  readonly judgeProfile: ProfileName;
  readonly seed: number;
  /** Which part of the seed's sequences this is: every n-th from the i-th, from 1. */
  readonly shard: { readonly index: number; readonly of: number };
  readonly lengthMax: number;
  /** At most so many sequences; no bound where absent. */
  readonly runs?: number;
  /** Whether something goes wrong in a share of the sequences: a call fails, a process ends. */
  readonly withFaults?: boolean;
  /** Whether several callers take turns in a share of the sequences. */
  readonly withConcurrency?: boolean;
  /** What an earlier campaign of the same settings did, which this one goes on with. */
  readonly from?: CampaignResult;
  /** Asked before every sequence; the campaign ends where it says so. */
  isOver(): boolean;
  /** So many operations at most go into shrinking one fault. */
  readonly shrinkOperationsMax: number;
  /**
   * Performs the operations of every sequence, as who records them does. What is asked beyond them,
   * by laws and by the shrinking, is none of its business.
   */
  performOn?(target: SequenceTarget): NonNullable<RunHooks['perform']>;
  /** What is compared; everything where absent. */
  readonly compares?: ReadonlySet<Compared>;
  /** Whether only the answers and the home at the end are judged, as for measuring. */
  readonly isFast?: boolean;
  /**
   * Hears how far it is, before every sequence and every run of the shrinking. In memory nothing
   * else gets a turn meanwhile, unless this takes one.
   */
  progress?(state: CampaignResult): Promise<void>;
}

/** One fault that was found. */
export interface Finding {
  readonly fault: string;
  /** How many sequences showed it. */
  count: number;
  /** The first of them, by its index below the seed. */
  readonly index: number;
  /** How many sequences had been run when it was found, itself included. */
  readonly afterSequences: number;
  /** Operations of the sequence that showed it first, up to where it diverged. */
  readonly foundOperations: number;
  /** As short as it got. */
  readonly sequence: Sequence;
  readonly divergence: Divergence;
}

/** What a campaign did so far. */
export interface CampaignResult {
  sequences: number;
  operations: number;
  /** Operations that the model could not judge. */
  blind: number;
  /** How often each cell of the model was reached. */
  readonly cells: Map<string, number>;
  readonly findings: Map<string, Finding>;
}

/**
 * Runs generated sequences one after the other, judges each on a target and a model of its own,
 * goes on after a divergence, and shrinks each fault once.
 *
 * @throws what is no failure of an operation.
 * @public
 * @since 0.1.0
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const result: CampaignResult = options.from ?? {
    sequences: 0,
    operations: 0,
    blind: 0,
    cells: new Map(),
    findings: new Map(),
  };
  const { shard, runs = Infinity } = options;
  const { cells } = result;
  const judged: NonNullable<RunHooks['judged']> = (_operation, _answer, verdict) => {
    if (!verdict.agrees) return;
    cells.set(verdict.transition, (cells.get(verdict.transition) ?? 0) + 1);
  };
  for (
    let index = shard.index - 1 + result.sequences * shard.of;
    result.sequences < runs && !options.isOver();
  ) {
    await options.progress?.(result);
    const sequence = sequenceAt(options, index);
    const hooks = { ...hooksOf(options, index), judged };
    const { operations, blind, divergence } = await runOnce(
      options,
      sequence,
      hooks,
      options.performOn,
    );
    result.sequences += 1;
    result.operations += operations;
    result.blind += blind;
    if (divergence !== undefined) await note(options, result, index, sequence, divergence);
    index += shard.of;
  }
  return result;
}

function sequenceAt(options: CampaignOptions, index: number): Sequence {
  const sequence = generateAt(options, index);
  return options.targets.fit?.(sequence) ?? sequence;
}

function generateAt(options: CampaignOptions, index: number): Sequence {
  const { targets, seed, lengthMax, withFaults, withConcurrency } = options;
  // Callers are kept apart as the driver says that it does, whoever judges it.
  const instead = withConcurrency === true ? caseInstead(targets.profile, seed, index) : undefined;
  if (instead !== undefined) return instead;
  const sound = generateSequence(targets.facts, { seed, index, lengthMax });
  return withFaults === true ? addFaults(sound, seed, index) : sound;
}

/**
 * Runs one sequence on a target and a model that are made for it.
 *
 * @public
 * @since 0.1.0
 */
export async function runOnce(
  { targets, judgeProfile }: Pick<CampaignOptions, 'targets' | 'judgeProfile'>,
  { surroundings, operations, concurrency }: Sequence,
  hooks: RunHooks,
  performOn?: CampaignOptions['performOn'],
): Promise<RunResult> {
  const withFaults = operations.some(({ fault }) => fault !== undefined);
  let target: SequenceTarget;
  try {
    target = await targets.make(surroundings, withFaults, concurrency !== undefined);
  } catch (error) {
    return withoutReply(error, operations[0] ?? NO_OPERATION, 0);
  }
  try {
    const world = worldAt(targets, target);
    const model = new LayerStoreModel(judgeProfile, world);
    const judging = { model, profile: judgeProfile, world };
    const perform = performOn?.(target);
    const performing = perform === undefined ? hooks : { ...hooks, perform };
    const before = await runSequence(target, judging, operations, performing);
    const { model: now = model, divergence } = before;
    if (divergence !== undefined || now.isLost) return before;
    if (concurrency === undefined)
      return await withLayers(target, judging, operations, before, hooks);
    const during = await judgeCase(target, now, concurrency, operations.length);
    return {
      ...during,
      operations: before.operations + during.operations,
      blind: before.blind + during.blind,
    };
  } catch (error) {
    return withoutReply(error, operations.at(-1) ?? NO_OPERATION, operations.length - 1);
  } finally {
    await targets.remove(target);
  }
}

/** A sequence of no operations asks for nothing but the start of a driver. */
const NO_OPERATION: Operation = { op: 'restart', process: 'new' };

/** What is no reply is a verdict, whenever it comes. */
function withoutReply(error: unknown, operation: Operation, index: number): RunResult {
  if (!(error instanceof ProtocolFault)) throw error;
  const at = Math.max(0, index);
  return { operations: at, blind: 0, divergence: protocolDivergence(error, operation, at) };
}

/** Holds layers against the laws of layers, where nobody else has changed the home. */
async function withLayers(
  target: SequenceTarget,
  judging: Judging,
  operations: readonly Operation[],
  result: RunResult,
  { layers }: RunHooks,
): Promise<RunResult> {
  const last = operations.at(-1);
  const isSeen = target.hidesHome !== true && target.isGone !== true;
  const isJudged = isSeen && layers && last !== undefined && result.isDisturbed === false;
  if (!isJudged) return result;
  const at = { last, index: operations.length - 1, layersMax: layers.max };
  try {
    const divergence = await judgeLayers(target, judging, layers.laws, at);
    return divergence === undefined ? result : { ...result, divergence };
  } catch (error) {
    if (!(error instanceof SkippedOperation)) throw error;
    return result;
  }
}

function worldAt({ world }: SequenceTargets, { home }: SequenceTarget): World {
  return { ...world, home };
}

/**
 * Gives what a sequence of a campaign is held against. Laws that take time are held in a share of
 * the sequences, which their indices decide.
 *
 * @internal
 */
export function hooksOf(
  {
    isFast = false,
    seed,
    targets,
    compares,
  }: Pick<CampaignOptions, 'compares' | 'isFast' | 'seed' | 'targets'>,
  index: number,
): RunHooks {
  const chosen = compares === undefined ? {} : { compares };
  if (isFast) return { ...chosen, compareHome: 'at-end' };
  const random = new SeededRandom(seed, -1 - index);
  const withPictures = random.below(PICTURES_ONE_IN) === 0;
  const oneIn = targets.waits === true ? WAITING_LAYERS_ONE_IN : LAYERS_ONE_IN;
  const isAsked = random.below(oneIn) === 0;
  const hooks = { ...chosen, compareHome: 'always', laws: LAWS, withPictures } as const;
  if (!isAsked) return hooks;
  const laws = LAYER_LAWS.filter(({ name }) => compares?.has(comparedByLaw(name)) ?? true);
  return { ...hooks, layers: { laws, max: 1 } };
}

async function note(
  options: CampaignOptions,
  { findings, sequences, ...rest }: CampaignResult,
  index: number,
  sequence: Sequence,
  divergence: Divergence,
): Promise<void> {
  const fault = faultKey(divergence);
  const known = findings.get(fault);
  if (known !== undefined) {
    known.count += 1;
    return;
  }
  const hooks = hooksOf(options, index);
  const reproduce = async (shorter: Sequence): Promise<Divergence | undefined> => {
    await options.progress?.({ findings, sequences, ...rest });
    // What there is when the time is up has to do.
    if (options.isOver()) return undefined;
    return (await runOnce(options, shorter, hooks)).divergence;
  };
  const runsMax = divergence.signature.startsWith(LATE)
    ? LATE_RUNS_MAX
    : Math.ceil(options.shrinkOperationsMax / (divergence.index + 1));
  const { concurrency } = sequence;
  const shrunk =
    divergence.kind !== 'schedule' || concurrency === undefined
      ? await shrinkSequence({ sequence: withoutCallers(sequence), divergence }, reproduce, runsMax)
      : await shrinkCase(
          { sequence: { ...sequence, concurrency }, divergence },
          reproduce,
          runsMax,
        );
  findings.set(fault, {
    fault,
    count: 1,
    index,
    afterSequences: sequences,
    foundOperations: divergence.index + Math.max(1, concurrency?.callers.flat().length ?? 1),
    sequence: shrunk.sequence,
    divergence: shrunk.divergence,
  });
}

/** What diverged before there were several callers needs none. */
function withoutCallers({ surroundings, operations }: Sequence): Sequence {
  return { surroundings, operations };
}
