import { GraphDriverError, messageOf } from '../../domain/errors.js';
import type { ProfileName } from '../../domain/profiles/profile.js';
import type { FaultPlan, SoundOperation } from '../commands/operation.js';
import type { Difference } from '../judge/divergence.js';
import { ALPHABET, STARTS } from './alphabet.js';
import type { FaultyRun } from './try-fault.js';

/** The version of the form. It is raised when alphabet, starts or plans change, too. */
const STATE_VERSION = 1;

/** Operations from a start, as places in the alphabet. */
export interface SearchPath {
  /** Which of the starts. */
  readonly start: number;
  readonly prefix: readonly number[];
}

/** An operation in a state: whatever can go wrong in it is one unit of work. */
export interface SearchPair extends SearchPath {
  readonly operation: number;
  /** How many of its calls can go wrong. */
  readonly calls: number;
}

/** A broken state, and the first of the shortest runs that led to it. */
export interface FoundViolation {
  readonly count: number;
  readonly rule: string;
  readonly isKnown: boolean;
  readonly operations: readonly SoundOperation[];
  /** Absent where the sequence itself went wrong. */
  readonly plan?: FaultPlan;
  /** The call that failed or was not made. */
  readonly call: string;
  readonly differences: readonly Difference[];
}

/** How far a search is; JSON holds it, and it goes on from there. */
export interface SearchState {
  readonly version: number;
  readonly profile: ProfileName;
  readonly lengthMax: number;
  /** Which of the pairs it does: every n-th from the i-th, from 1. */
  readonly shard: { readonly index: number; readonly of: number };
  /** States that are still to be looked at; those before `explored` have been. */
  readonly paths: SearchPath[];
  explored: number;
  readonly digests: Set<string>;
  readonly pairs: SearchPair[];
  /** How many of the pairs are done, or are somebody else's. */
  done: number;
  /** How many runs were made in which something went wrong, and the plans without losses. */
  visited: number;
  planned: number;
  seconds: number;
  readonly violations: Map<string, FoundViolation>;
}

/**
 * Begins a search.
 *
 * @param lengthMax - operations after a start at most.
 * @internal
 */
export function beginSearch(
  profile: ProfileName,
  lengthMax: number,
  shard: SearchState['shard'] = { index: 1, of: 1 },
): SearchState {
  return {
    version: STATE_VERSION,
    profile,
    lengthMax,
    shard,
    paths: STARTS.map((_start, start) => ({ start, prefix: [] })),
    explored: 0,
    digests: new Set(),
    pairs: [],
    done: 0,
    visited: 0,
    planned: 0,
    seconds: 0,
    violations: new Map(),
  };
}

/** Gives a state as text. */
export function writeSearch({ digests, violations, ...rest }: SearchState): string {
  const whole = { ...rest, digests: [...digests], violations: [...violations] };
  return `${JSON.stringify(whole)}\n`;
}

/**
 * Reads what {@link writeSearch} gave.
 *
 * @throws GraphDriverError of code `search` for anything else, and for another version.
 * @internal
 */
export function readSearch(text: string): SearchState {
  let read: Partial<SearchState> | null;
  try {
    read = JSON.parse(text) as Partial<SearchState> | null;
  } catch (error) {
    throw new GraphDriverError('search', `not a search: ${messageOf(error)}`, { cause: error });
  }
  if (read?.version !== STATE_VERSION || !Array.isArray(read.pairs)) {
    throw new GraphDriverError('search', `not a search of version ${STATE_VERSION}`);
  }
  const { digests, violations, ...rest } = read as SearchState;
  return { ...rest, digests: new Set(digests), violations: new Map(violations) };
}

/** Gives the operations of a path and one after it. */
export function runOf({ start, prefix }: SearchPath, operation: number): FaultyRun {
  const begun = STARTS[start]?.operations ?? [];
  return { prefix: [...begun, ...prefix.map(letter)], operation: letter(operation) };
}

function letter(index: number): SoundOperation {
  const operation = ALPHABET[index];
  if (operation === undefined) throw new GraphDriverError('search', `no operation ${index}`);
  return operation;
}
