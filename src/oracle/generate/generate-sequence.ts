import type { Operation, OperationName } from '../commands/operation.js';
import type { Sequence, SequenceFacts } from '../commands/sequence.js';
import { ODD_IDS, PLAIN_IDS } from './alphabet.js';
import { generateOperation, type Workshop } from './generate-operation.js';
import { generateDeepSequence, generateLongLower } from './generate-deep.js';
import { generateEveryWay } from './generate-every-way.js';
import { generatePageSequence } from './generate-page.js';
import { generateRound } from './generate-round.js';
import { generateUse } from './generate-use.js';
import { SeededRandom } from './random.js';
import { Shadow } from './shadow.js';
import { THEMES, type Weights } from './themes.js';

const PAGE_PERCENT = 3;
/** So many sequences are a layer's life from one archive to another. */
const ROUND_PERCENT = 20;
const ODD_PERCENT = 25;
const IDS_MIN = 2;
/** How often what an operation needs is made first. */
const NEED_PERCENT = 80;
/** In so many sequences one is as deep as a chain may get, and a layer deeper. */
const DEEP_ONE_IN = 400;
const SHORT = 6;
/** Who asks for short sequences gets no deep ones. */
const DEPTH_LENGTH_MIN = 20;
/** In so many of a thousand somebody writes such a chain. */
const LONG_LOWER_PER_MILLE = 15;
/** In so many all is done with one layer that is out of the ordinary. */
const EVERY_WAY_PERCENT = 6;
/** In so many one layer is used over and over. */
const USE_PERCENT = 8;
/** How often the empty id is among the odd ones. */
const EMPTY_PERCENT = 25;
const LONG = 20;

/**
 * Which sequence to make, and how long sequences get.
 *
 * @public
 * @since 0.1.0
 */
export interface GenerateOptions {
  readonly seed: number;
  /** Which of the seed's sequences, from 0. */
  readonly index: number;
  readonly lengthMax: number;
  /** Every sequence has the greatest length, for measuring. */
  readonly isFull?: boolean;
}

/**
 * Makes a sequence of a seed: the same seed, index and facts give the same one everywhere.
 *
 * A sequence has a theme, a few ids, most of which exist when they are named, and a length: many
 * are short, since a short one that goes wrong needs no explanation.
 *
 * @public
 * @since 0.1.0
 */
export function generateSequence(
  facts: SequenceFacts,
  { seed, index, lengthMax, isFull = false }: GenerateOptions,
): Sequence {
  const random = new SeededRandom(seed, index);
  if (!isFull && random.percent(PAGE_PERCENT)) return generatePageSequence(random, facts);
  if (!isFull && lengthMax >= DEPTH_LENGTH_MIN) {
    if (random.below(DEEP_ONE_IN) === 0) return generateDeepSequence(random);
    if (random.below(1000) < LONG_LOWER_PER_MILLE) return generateLongLower(random);
    if (random.percent(EVERY_WAY_PERCENT)) return generateEveryWay(random);
    if (random.percent(USE_PERCENT)) return generateUse(random);
  }
  if (!isFull && random.percent(ROUND_PERCENT)) {
    const round = generateRound({ random, shadow: new Shadow(), ...chooseIds(random) });
    return { surroundings: { homePadding: 0 }, operations: round.slice(0, lengthMax) };
  }
  const length = isFull ? lengthMax : chooseLength(random, lengthMax);
  const weights = swarm(random, random.weighted(THEMES));
  const workshop: Workshop = { random, shadow: new Shadow(), ...chooseIds(random) };
  const operations: Operation[] = [];
  while (operations.length < length) {
    operations.push(generateOperation(workshop, whatFits(workshop, random.weighted(weights))));
  }
  return { surroundings: { homePadding: 0 }, operations };
}

/** Gives the operation that makes what another one needs, where that is missing; mostly. */
function whatFits({ random, shadow, ids }: Workshop, name: OperationName): OperationName {
  if (shadow.layers.size === 0 && random.percent(NEED_PERCENT)) return 'create';
  const isFull = name === 'create' && ids.every((id) => shadow.layers.has(id));
  if (isFull && random.percent(NEED_PERCENT)) return random.pick(['get', 'remove']);
  if (name !== 'file' && name !== 'walk') return name;
  const hasTree = shadow.some(random, (layer) => layer.hasTree) !== undefined;
  return !hasTree && shadow.layers.size > 0 && random.percent(NEED_PERCENT) ? 'get' : name;
}

/** A share of the sequences is short, as most faults need little. */
function chooseLength(random: SeededRandom, lengthMax: number): number {
  const share = random.below(100);
  if (share < 35) return random.between(1, Math.min(SHORT, lengthMax));
  if (share < 70) return random.between(1, Math.min(LONG, lengthMax));
  return random.between(1, lengthMax);
}

/** Leaves some kinds of operations out and makes others frequent, another choice every time. */
function swarm(
  random: SeededRandom,
  weights: Weights,
): readonly (readonly [number, OperationName])[] {
  const rows = Object.entries(weights) as (readonly [OperationName, number])[];
  const chosen: (readonly [number, OperationName])[] = [];
  for (const [name, weight] of rows) {
    if (weight === 0) continue;
    const factor = name === 'create' ? random.between(1, 2) : random.pick([0, 1, 1, 1, 3]);
    if (factor > 0) chosen.push([weight * factor, name]);
  }
  return chosen;
}

function chooseIds(random: SeededRandom): Pick<Workshop, 'ids' | 'oddIds'> {
  const count = random.between(IDS_MIN, PLAIN_IDS.length);
  const start = random.percent(70) ? 0 : random.below(PLAIN_IDS.length);
  const ids = Array.from({ length: count }, (_, i) => {
    return PLAIN_IDS[(start + i) % PLAIN_IDS.length] as string;
  });
  const oddIds = random.percent(ODD_PERCENT)
    ? Array.from({ length: random.between(1, 3) }, () =>
        random.percent(EMPTY_PERCENT) ? '' : random.pick(ODD_IDS),
      )
    : [];
  return { ids, oddIds };
}
