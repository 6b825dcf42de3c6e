import type { Operation } from '../commands/operation.js';
import type { Divergence } from './divergence.js';

/** What is compared, each of which can be left out. */
export const COMPARED = [
  'answers',
  'classes',
  'disk',
  'mountdata',
  'merged',
  'archives',
  'sizes',
  'leftovers',
] as const;

/**
 * What a difference is one of: whether calls succeed and what they give (`answers`), errnos and
 * error classes, the home, what mounts are asked for, trees that mounted layers show, archives and
 * changes, sizes, and what Remove and Cleanup leave behind.
 *
 * @public
 * @since 0.2.0
 */
export type Compared = (typeof COMPARED)[number];

type Finding = Pick<
  Divergence,
  'kind' | 'rule' | 'signature' | 'operation' | 'answer' | 'differences'
> & {
  readonly aspects?: readonly string[];
};

const FAILURE = /^the failure /;
const EXTRA = / extra$/;
const LAWS: Readonly<Record<string, Compared>> = {
  page: 'mountdata',
  'committed-is-read-only': 'mountdata',
  'changes-are-differences': 'archives',
  'diff-and-apply': 'archives',
  'diff-size': 'sizes',
};

/**
 * Tells what a divergence was found by comparing.
 *
 * @returns nothing for what cannot be left out: planted faults, schedules, the protocol.
 * @internal
 */
export function comparedBy(finding: Finding): Compared | undefined {
  switch (finding.kind) {
    case 'answer':
      return ofAnswer(finding);
    case 'home':
      return ofHome(finding);
    case 'law':
    case 'layer':
      return comparedByLaw(/^law (\S+)/.exec(finding.signature)?.[1] ?? '');
    case 'fault':
    case 'schedule':
    case 'protocol':
      return undefined;
  }
}

/**
 * Tells what a law compares.
 *
 * @internal
 */
export function comparedByLaw(name: string): Compared {
  return LAWS[name] ?? 'disk';
}

/**
 * Tells whether what a divergence was found by is compared.
 *
 * @param compares - what is; everything where absent.
 * @internal
 */
export function isCompared(compares: ReadonlySet<Compared> | undefined, finding: Finding): boolean {
  if (compares === undefined) return true;
  const compared = comparedBy(finding);
  return compared === undefined || compares.has(compared);
}

function ofAnswer({ operation, answer, differences }: Finding): Compared {
  const ways = differences.flatMap(({ expected }) => expected.split(' or '));
  if (!answer.ok) return ways.some((way) => FAILURE.test(way)) ? 'classes' : 'answers';
  if (ways.every((way) => FAILURE.test(way))) return 'answers';
  return VALUES[operation.op] ?? 'answers';
}

/** What operations give beside a success. */
const VALUES: Partial<Record<Operation['op'], Compared>> = {
  walk: 'merged',
  diff: 'archives',
  changes: 'archives',
  diffSize: 'sizes',
  apply: 'sizes',
  transfer: 'sizes',
};

/** What is there and must not be, once a layer or every mount has gone. */
function ofHome({ operation, aspects = [] }: Finding): Compared {
  const takesAway = operation.op === 'remove' || operation.op === 'cleanup';
  return takesAway && aspects.every((aspect) => EXTRA.test(aspect)) ? 'leftovers' : 'disk';
}
