import type { ProfileName } from '../../domain/profiles/profile.js';
import type { HomeView } from '../commands/answer.js';
import type { World } from '../model/facts.js';
import { LayerStoreModel } from '../model/model.js';
import { OrderSearch } from './order-search.js';
import { partsOf } from './parts.js';
import type { TraceEvent } from './trace-event.js';

/** What a history is judged by. */
export interface TraceRules {
  readonly profile: ProfileName;
  readonly world: World;
  /** Whether changes in trees that Get gave are in the history. */
  readonly seesFiles: boolean;
}

/**
 * A call that no allowed order of the history explains.
 *
 * @public
 * @since 0.2.0
 */
export interface Accusation {
  readonly event: TraceEvent;
  /** What would have been allowed, one line an answer. */
  readonly expected: readonly string[];
  readonly rule?: string;
  /** What has to be on disk when it ends, of the layers that it has to do with. */
  readonly home: HomeView;
  /** Calls that were in progress when it ended, by line. */
  readonly meanwhile: readonly number[];
}

/**
 * What became of a history.
 *
 * @public
 * @since 0.2.0
 */
export interface TraceVerdict {
  readonly events: number;
  /** Calls that the model could not judge. */
  readonly blind: number;
  /** Parts that have nothing to do with each other. */
  readonly parts: number;
  /** The most states in which a part may have been at a time. */
  readonly statesMost: number;
  readonly accusation?: Accusation;
  /** The line of a call with more orders than could be tried. */
  readonly givenUpAt?: number;
}

/**
 * Judges a history: it is right where its calls can be ordered so that each gave what the model
 * allows, and none comes before one that had ended when it began. The first call, by its end, that
 * no such order explains is accused.
 *
 * @public
 * @since 0.2.0
 */
export function judgeTrace(events: readonly TraceEvent[], rules: TraceRules): TraceVerdict {
  const parts = partsOf(events, rules.profile === 'strict');
  let accusation: Accusation | undefined;
  let givenUpAt: number | undefined;
  let [blind, statesMost] = [0, 0];
  for (const part of parts) {
    const outcome = judgePart(part, rules);
    blind += outcome.blind;
    statesMost = Math.max(statesMost, outcome.statesMost);
    givenUpAt ??= outcome.givenUpAt;
    const other = outcome.accusation;
    if (other !== undefined && (accusation === undefined || isEarlier(other, accusation))) {
      accusation = other;
    }
  }
  return {
    events: events.length,
    blind,
    parts: parts.length,
    statesMost,
    ...(accusation === undefined ? {} : { accusation }),
    ...(givenUpAt === undefined ? {} : { givenUpAt }),
  };
}

type PartOutcome = Omit<TraceVerdict, 'events' | 'parts'>;

function judgePart(events: readonly TraceEvent[], rules: TraceRules): PartOutcome {
  const { profile, world, seesFiles } = rules;
  const model = new LayerStoreModel(profile, world);
  const search = new OrderSearch(model, callsBefore(events), !seesFiles);
  const starts = events.toSorted((a, b) => compare(a.began, b.began) || a.line - b.line);
  const ends = events.toSorted((a, b) => compare(a.ended, b.ended) || a.line - b.line);
  const open = new Set<TraceEvent>();
  let started = 0;
  for (const event of ends) {
    for (let next = starts[started]; next !== undefined && next.began <= event.ended;) {
      open.add(next);
      started += 1;
      next = starts[started];
    }
    const ending = search.end(event, open);
    const { blind, waysMost: statesMost } = search;
    if (ending === 'given up') return { blind, statesMost, givenUpAt: event.line };
    if (ending === 'unexplained') {
      return { blind, statesMost, accusation: accuse(search, event, open) };
    }
    open.delete(event);
  }
  return { blind: search.blind, statesMost: search.waysMost };
}

function accuse(search: OrderSearch, event: TraceEvent, open: ReadonlySet<TraceEvent>): Accusation {
  const home = search.model?.view() ?? { layers: [], links: [], strays: [] };
  const meanwhile = [...open].filter((one) => one !== event).map(({ line }) => line);
  return { event, ...search.expectedInsteadOf(event), home, meanwhile };
}

/** Gives for every call the one that its caller made before. */
function callsBefore(events: readonly TraceEvent[]): ReadonlyMap<TraceEvent, TraceEvent> {
  const last = new Map<number, TraceEvent>();
  const before = new Map<TraceEvent, TraceEvent>();
  for (const event of events) {
    const { caller } = event;
    if (caller === undefined) continue;
    const earlier = last.get(caller);
    if (earlier !== undefined) before.set(event, earlier);
    last.set(caller, event);
  }
  return before;
}

function isEarlier({ event }: Accusation, { event: other }: Accusation): boolean {
  return (compare(event.ended, other.ended) || event.line - other.line) < 0;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
