import type { z } from 'zod';
import { GraphDriverError } from '../../domain/errors.js';
import { findProfile } from '../../domain/profiles/find-profile.js';
import type { Profile } from '../../domain/profiles/profile.js';
import type { SeededRandom } from '../generate/random.js';
import { type Flag, outcomeSchema, type Outcome } from './vector.js';

/** A question that is worth asking. */
export interface Case<Input> {
  readonly input: Input;
  readonly comment: string;
  /** In place of the function's. */
  readonly why?: string;
  readonly flags?: readonly Flag[];
}

/** One function of a rule: how it is asked, and what there is to ask. */
export interface RuleFunction {
  readonly name: string;
  readonly source: string;
  readonly why: string;
  readonly input: z.ZodType;
  readonly expected: z.ZodType;
  /** Whether two profiles may answer otherwise; `profile` is a field of the input then. */
  readonly hasProfile: boolean;
  cases(random: SeededRandom): Iterable<Case<unknown>>;
  /** Asks our own code. */
  evaluate(input: unknown): Promise<unknown>;
}

/** Functions that belong together, in one file. */
export interface RuleGroup {
  readonly rule: string;
  readonly source: string;
  readonly functions: readonly RuleFunction[];
}

/** How a function is told of. */
export interface FunctionDefinition<Input, Value> {
  readonly name: string;
  readonly source: string;
  readonly why: string;
  readonly input: z.ZodType<Input>;
  readonly value: z.ZodType<Value>;
  run(input: Input): Value | Promise<Value>;
  cases(random: SeededRandom): Iterable<Case<Input>>;
}

/**
 * Makes a function of a rule. What it gives has to be JSON.
 *
 * @internal
 */
export function ruleFunction<Input, Value>(
  definition: FunctionDefinition<Input, Value>,
): RuleFunction {
  const { name, source, why, input, value } = definition;
  return {
    name,
    source,
    why,
    input,
    expected: outcomeSchema(value),
    hasProfile: false,
    cases: (random) => definition.cases(random),
    evaluate: (asked) => outcomeOf(() => definition.run(asked as Input)),
  };
}

/** The profiles that vectors tell of. */
export const VECTOR_PROFILES = ['moby-2019', 'strict'] as const;

/** One of them. */
export type VectorProfile = (typeof VECTOR_PROFILES)[number];

/** An input that a profile decides on. */
export interface OfProfile {
  readonly profile: VectorProfile;
}

/**
 * Makes a function that every case is asked in each profile; where the answers differ, flags say
 * whose they are.
 *
 * @internal
 */
export function profiledFunction<Input extends OfProfile, Value>(
  definition: Omit<FunctionDefinition<Input, Value>, 'cases'> & {
    cases(random: SeededRandom): Iterable<Case<Omit<Input, 'profile'>>>;
  },
): RuleFunction {
  const { cases } = definition;
  const plain = ruleFunction<Input, Value>({
    ...definition,
    *cases(random) {
      for (const one of cases(random)) {
        for (const profile of VECTOR_PROFILES) {
          const input = { ...one.input, profile } as Input;
          yield { ...one, input, comment: `${one.comment}, in ${profile}` };
        }
      }
    },
  });
  return { ...plain, hasProfile: true };
}

/**
 * Gives the profile of a name in a vector.
 *
 * @internal
 */
export function profileOf({ profile: name }: OfProfile): Profile {
  const profile = findProfile(name);
  if (profile === undefined) throw new Error(`there is no profile ${name}`);
  return profile;
}

/** Asks, and tells an error of the driver's as data. */
async function outcomeOf(ask: () => unknown): Promise<Outcome> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (!(error instanceof GraphDriverError)) throw error;
    const { code, message } = error;
    return { error: { code, message } };
  }
}
