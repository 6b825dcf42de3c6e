import { z } from 'zod';
import { isParent } from '../../../domain/layers/is-parent.js';
import { childLower, splitLower } from '../../../domain/layers/lower-chain.js';
import { profiledFunction, type RuleGroup, ruleFunction } from '../rule-group.js';
import { told } from './alphabet.js';

const PROFILE = z.enum(['moby-2019', 'strict']);
const LINK = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Depths around the greatest one. */
const DEPTHS = [1, 2, 3, 10, 71, 72, 126, 127, 128, 129, 200] as const;

/** What a `link` file may hold, though it should not. */
const LINKS = [
  LINK,
  '',
  'short',
  `${LINK}\n`,
  '.',
  '..',
  '../a',
  '../../etc',
  '/',
  'a:b',
  'a/b',
  'a/../b',
  'l',
  LINK.toLowerCase(),
  ' ',
  'ä'.repeat(13),
  'a,b',
  '\\',
] as const;

/** What a `lower` file may hold. */
const LOWERS = [
  `l/${LINK}`,
  '',
  'l',
  ':',
  'l/',
  `l/${LINK}:`,
  `:l/${LINK}`,
  `l/${LINK}:l/${LINK}`,
  `l/${LINK}\n`,
  LINK,
  `/l/${LINK}`,
  `l//${LINK}`,
  `l/${LINK}:garbage`,
  'garbage',
  '../a/diff',
] as const;

/** Gives a link id of a number. */
function linkOf(number: number): string {
  let rest = number;
  let letters = '';
  for (let i = 0; i < 26; i++) {
    letters = String.fromCharCode(65 + (rest % 26)) + letters;
    rest = Math.floor(rest / 26);
  }
  return letters;
}

function chain(length: number): string {
  return Array.from({ length }, (_, at) => `l/${linkOf(at)}`).join(':');
}

const TRUSTED = { trustLink: true, trustLower: true };
const CHECKED = { trustLink: false, trustLower: false };

const rulesOf = (profile: string, id: string) => ({
  id,
  ...(profile === 'strict' ? CHECKED : TRUSTED),
});

const CHILD = profiledFunction({
  name: 'getLower',
  source: 'moby overlay2/overlay.go getLower; docs/profiles.md Q-14, Q-18',
  why: 'The parent’s link is cleaned when it is joined, and the chain has at most 128 entries',
  input: z.strictObject({
    parent: z.string(),
    link: z.string(),
    lower: z.string().nullable(),
    profile: PROFILE,
  }),
  value: z.string(),
  run: ({ parent, link, lower, profile }) =>
    childLower(link, lower ?? undefined, rulesOf(profile, parent)),
  *cases() {
    const parent = 'p';
    for (const link of LINKS) {
      const comment = `a base whose link holds ${told(link)}`;
      yield { input: { parent, link, lower: null }, comment };
    }
    for (const lower of LOWERS) {
      const comment = `a parent whose lower holds ${told(lower)}`;
      yield { input: { parent, link: LINK, lower }, comment };
    }
    for (const depth of DEPTHS) {
      const comment = `a parent with ${depth} lowers`;
      yield { input: { parent, link: LINK, lower: chain(depth) }, comment };
    }
    const lower = chain(128);
    yield { input: { parent, link: '', lower }, comment: 'too deep, and the link is empty' };
  },
});

const SPLIT = profiledFunction({
  name: 'splitLower',
  source: 'moby overlay2/overlay.go Get, getLowerDirs; docs/profiles.md Q-18',
  why: 'An empty file has one entry, the empty one, which names the home itself',
  input: z.strictObject({ id: z.string(), lower: z.string(), profile: PROFILE }),
  value: z.array(z.string()),
  run: ({ id, lower, profile }) => [...splitLower(lower, rulesOf(profile, id))],
  *cases() {
    for (const lower of LOWERS) yield { input: { id: 'a', lower }, comment: told(lower) };
    for (const depth of [2, 127, 128, 129]) {
      yield { input: { id: 'a', lower: chain(depth) }, comment: `${depth} entries` };
    }
  },
});

const HOME = '/var/lib/docker/overlay2';

/** Directories of lowers, as resolving a chain gives them. */
const LOWER_DIRS = [
  null,
  [],
  [`${HOME}/p/diff`],
  [`${HOME}/q/diff`, `${HOME}/p/diff`],
  [`${HOME}/p/diff`, `${HOME}/q/diff`],
  [`${HOME}/diff`],
  ['/elsewhere/p/diff'],
  [`${HOME}/p`],
  [HOME],
  [`${HOME}/a/b/diff`],
] as const;

const IS_PARENT = ruleFunction({
  name: 'isParent',
  source: 'moby overlay2/overlay.go isParent',
  why: 'Only the uppermost lower counts; no lowers is a base, and so is an unknown id (Q-23)',
  input: z.strictObject({
    home: z.string(),
    parent: z.string(),
    lowerDirs: z.array(z.string()).nullable(),
  }),
  value: z.boolean(),
  run: ({ home, parent, lowerDirs }) =>
    isParent({ home, parent, lowerDirs: lowerDirs ?? undefined }),
  *cases() {
    for (const dirs of LOWER_DIRS) {
      for (const parent of ['', 'p', 'q', 'ghost', 'p/', './p', 'x/../p', '.', '..', 'a/b']) {
        const lowerDirs = dirs === null ? null : [...dirs];
        const what = dirs === null ? 'lowers that do not resolve' : `${dirs.length} lowers`;
        yield { input: { home: HOME, parent, lowerDirs }, comment: `${what}, parent "${parent}"` };
      }
    }
  },
});

/** The chain of lowers: how a child gets it, and whose child a layer is. */
export const LOWER_CHAIN: RuleGroup = {
  rule: 'lower-chain',
  source: 'moby overlay2/overlay.go getLower, isParent',
  functions: [CHILD, SPLIT, IS_PARENT],
};
