import type { ProfileName } from '../../domain/profiles/profile.js';

/**
 * Ways of breaking the rules for faults: every combination of what is listed, words separated by
 * `|`. `own *` is whatever differs of the layer that the operation is about.
 */
interface KnownBreakage {
  /** Operations as signatures call them. */
  readonly operations: string;
  /** What went wrong, as signatures say it. */
  readonly kinds: string;
  /** What differs from the nearest state that is allowed. */
  readonly aspects: string;
  /** The quirk of `docs/profiles.md`, or the promise there that the seed does not make. */
  readonly rule: string;
}

/** What strict promises beside the quirks and the seed does not: headings of `docs/profiles.md`. */
export const PROMISES = ['Durable metadata', 'Remove', 'Incomplete layers', 'Repair'] as const;

const CREATE = 'create base|create child';
const DIFFS = 'diff|diffSize|changes|apply|transfer';

/** What moby-2019 breaks; where two of them fit, the first one tells. */
const MOBY_2019: readonly KnownBreakage[] = [
  { operations: CREATE, kinds: 'fail', aspects: 'links extra', rule: 'Q-06' },
  {
    operations: 'create child',
    kinds: 'fail',
    aspects: 'parent committed extra|parent committed missing',
    rule: 'Q-09',
  },
  // An undo that fails leaves half a layer under its own name.
  { operations: CREATE, kinds: 'fail', aspects: 'own layer extra', rule: 'Durable metadata' },
  { operations: CREATE, kinds: 'fail', aspects: 'own *', rule: 'Q-08' },
  {
    operations: CREATE,
    kinds: 'killed|power',
    aspects: 'own diff extra|own link extra|own lower extra|own work extra',
    rule: 'Q-07',
  },
  {
    operations: CREATE,
    kinds: 'killed|power|power after',
    aspects: 'own *|links extra|parent committed extra|parent committed missing',
    rule: 'Durable metadata',
  },
  {
    operations: 'apply|transfer',
    kinds: 'fail|killed|power',
    aspects: 'own layer extra|own diff extra',
    rule: 'Q-23',
  },
  {
    operations: 'apply|transfer',
    kinds: 'fail|killed|power|power after',
    aspects: 'own content',
    rule: 'Incomplete layers',
  },
  {
    operations: `put|${DIFFS}`,
    kinds: 'hidden|fail',
    aspects: 'own merged extra|own mount extra|parent merged extra|parent mount extra',
    rule: 'Q-19',
  },
  {
    operations: 'diff|diffSize|status|transfer',
    kinds: 'probe|killed|power',
    aspects: 'other layer extra',
    rule: 'Repair',
  },
  // The layers that a diff of a transfer has got.
  {
    operations: 'transfer',
    kinds: 'hidden',
    aspects: 'other merged extra|other mount extra',
    rule: 'Q-19',
  },
  { operations: 'remove', kinds: 'hidden|killed', aspects: 'other mount extra', rule: 'Q-22' },
  {
    operations: 'remove',
    kinds: 'hidden|fail|killed|power',
    aspects: 'other layer extra|other layer missing|other diff missing|other link|other lower',
    rule: 'Q-21',
  },
  {
    operations: 'remove',
    kinds: 'hidden|fail|killed|power',
    aspects: 'own *|links extra|links missing|another error',
    rule: 'Remove',
  },
];

/** What moby-20.10 breaks beside: it probes the kernel at more times. */
const MOBY_20_10: readonly KnownBreakage[] = [
  {
    operations: 'apply|restart in same process|restart in new process',
    kinds: 'probe|killed|power',
    aspects: 'other layer extra',
    rule: 'Repair',
  },
];

/** One row, taken apart. */
class Row {
  readonly #lists: readonly (readonly string[])[];
  readonly words: readonly string[];
  readonly rule: string;

  constructor({ operations, kinds, aspects, rule }: KnownBreakage, at: number) {
    this.#lists = [operations, kinds, aspects].map((list) => list.split('|'));
    this.words = this.#lists.flatMap((list, i) => list.map((word) => `${at}.${i} ${word}`));
    this.rule = rule;
  }

  /** Gives the words by which it fits; nothing where it does not. */
  fit(parts: readonly string[], at: number): readonly string[] | undefined {
    const words: string[] = [];
    for (const [i, list] of this.#lists.entries()) {
      const part = parts[i] ?? '';
      const word = list.find((it) => it === part || (it === 'own *' && part.startsWith('own ')));
      if (word === undefined) return undefined;
      words.push(`${at}.${i} ${word}`);
    }
    return words;
  }
}

const ROWS: readonly Row[] = MOBY_2019.map((known, at) => new Row(known, at));

const ROWS_20_10: readonly Row[] = [
  ...ROWS,
  ...MOBY_20_10.map((known, at) => new Row(known, ROWS.length + at)),
];

/**
 * Every word of the table of what moby-2019 breaks, with its place there: none may be for nothing.
 *
 * @internal
 */
export const MOBY_2019_WORDS: readonly string[] = ROWS.flatMap(({ words }) => words);

const BREAKAGE = /^(.*?) (fail|hidden|probe|killed after|killed|power after|power): (.*)$/;

/**
 * Takes a broken state apart: `create base fail: links extra, own layer missing` is broken in two
 * ways.
 *
 * @internal
 */
export function breakagesOf(signature: string): readonly string[] {
  const [what = '', aspects = ''] = signature.split(': ');
  return aspects.split(', ').map((aspect) => `${what}: ${aspect}`);
}

function rowsOf(profile: ProfileName): readonly Row[] {
  return profile === 'moby-20.10' ? ROWS_20_10 : ROWS;
}

/**
 * Finds what the table says of one way of breaking the rules.
 *
 * @returns the rule behind it, and the words of the table that tell it; undefined where none do.
 * @internal
 */
export function findBreakage(
  breakage: string,
  profile: ProfileName = 'moby-2019',
): { readonly rule: string; readonly words: readonly string[] } | undefined {
  const [, ...parts] = BREAKAGE.exec(breakage) ?? [];
  for (const [at, row] of rowsOf(profile).entries()) {
    const words = row.fit(parts, at);
    if (words !== undefined) return { rule: row.rule, words };
  }
  return undefined;
}

/**
 * Finds the quirks and promises behind a violation.
 *
 * @returns their names, joined by `, `; undefined where a part of it is not known.
 * @internal
 */
export function findKnownViolation(signature: string, profile?: ProfileName): string | undefined {
  const rules = new Set<string>();
  for (const breakage of breakagesOf(signature)) {
    const found = findBreakage(breakage, profile);
    if (found === undefined) return undefined;
    rules.add(found.rule);
  }
  return [...rules].join(', ');
}
