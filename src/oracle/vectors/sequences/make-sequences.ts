import type { Operation } from '../../commands/operation.js';
import { generateSequence } from '../../generate/generate-sequence.js';
import type { World } from '../../model/facts.js';
import { digest } from '../make-vectors.js';
import { VECTOR_PROFILES } from '../rule-group.js';
import { type Vector, type VectorFile, VECTORS_SCHEMA, VECTORS_VERSION } from '../vector.js';
import { type ExpectedRun, runTold, type TargetsByProfile } from './run-on-both.js';
import { TOLD_SEQUENCES, type ToldSequence } from './told-sequences.js';

/** The rule of the file that holds sequences. */
const SEQUENCES_RULE = 'sequences';

const SOURCE = 'docs/profiles.md';
const FUNCTION = 'sequence';
const SEED = 20_190_924;
const LENGTH_MAX = 12;
/** So many sequences are looked at. */
const DRAWN = 1_500;
/** A sequence is kept where it reaches a cell of the model that fewer than so many reach. */
const CELL_MAX = 3;

/**
 * Makes the vectors of whole sequences: what is allowed says the model, in each profile, and a
 * driver of that profile has to agree. Of drawn sequences those are kept that reach something new.
 *
 * @throws where driver and model disagree.
 * @internal
 */
export async function makeSequences(targets: TargetsByProfile): Promise<VectorFile> {
  const vectors: Vector[] = [];
  const reached = new Map<string, number>();
  for (const { comment, why, operations } of TOLD_SEQUENCES) {
    const both = await runOnBoth(targets, operations);
    if (both === undefined) throw new Error(`nobody can say what is right: ${comment}`);
    note(reached, both.cells);
    vectors.push(vectorOf({ comment, why, operations }, both));
  }
  const { facts } = targets.strict;
  for (let index = 0; index < DRAWN; index++) {
    const drawn = generateSequence(facts, { seed: SEED, index, lengthMax: LENGTH_MAX });
    const { operations, surroundings } = drawn;
    if (surroundings.homePadding !== 0 || operations.length > LENGTH_MAX) continue;
    const both = await runOnBoth(targets, operations);
    if (both === undefined) continue;
    const news = both.cells.filter((cell) => (reached.get(cell) ?? 0) < CELL_MAX);
    const [first] = news;
    if (first === undefined) continue;
    note(reached, both.cells);
    const comment = `drawn sequence ${index}, ${operations.length} operations`;
    const why = `It reaches "${first}"`;
    vectors.push(vectorOf({ comment, why, operations }, both));
  }
  return {
    version: VECTORS_VERSION,
    schema: VECTORS_SCHEMA,
    rule: SEQUENCES_RULE,
    source: SOURCE,
    vectors,
  };
}

/** What both profiles say of a sequence. */
interface Both {
  readonly runs: Readonly<Record<string, ExpectedRun>>;
  readonly world: World | undefined;
  readonly cells: readonly string[];
}

async function runOnBoth(
  targets: TargetsByProfile,
  operations: readonly Operation[],
): Promise<Both | undefined> {
  const runs: Record<string, ExpectedRun> = {};
  const cells: string[] = [];
  let world: World | undefined;
  for (const profile of VECTOR_PROFILES) {
    const told = await runTold(targets[profile], profile, operations);
    if (told.kind === 'blind') return undefined;
    if (told.kind === 'disagreement') throw new Error(`${profile}: ${told.told}`);
    runs[profile] = told.run;
    world = told.world;
    cells.push(...told.cells);
  }
  return { runs, world, cells };
}

function note(reached: Map<string, number>, cells: readonly string[]): void {
  for (const cell of new Set(cells)) reached.set(cell, (reached.get(cell) ?? 0) + 1);
}

function vectorOf({ comment, why, operations }: ToldSequence, { runs, world }: Both): Vector {
  const [one, other] = VECTOR_PROFILES.map((profile) => JSON.stringify(runs[profile]));
  return {
    id: `${SEQUENCES_RULE}/${FUNCTION}/${digest(JSON.stringify(operations))}`,
    function: FUNCTION,
    comment,
    flags: one === other ? [] : ['seed-defect'],
    why,
    source: SOURCE,
    input: { world, operations },
    expected: runs,
  };
}

/**
 * Compares a vector of a sequence with what drivers and model say now.
 *
 * @returns what differs; nothing where all is as it was.
 * @internal
 */
export async function verifySequence(
  targets: TargetsByProfile,
  { input, expected }: Vector,
): Promise<string | undefined> {
  const { operations } = input as { readonly operations: readonly Operation[] };
  const both = await runOnBoth(targets, operations);
  if (both === undefined) return 'the model cannot say what is right';
  const [told, now] = [JSON.stringify(expected), JSON.stringify(both.runs)];
  return told === now ? undefined : `expected ${told}, got ${now}`;
}
