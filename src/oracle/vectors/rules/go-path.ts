import { z } from 'zod';
import { goBase, goClean, goDir, goJoin, isAbs } from '../../../domain/go/path.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';
import { everyText, told } from './alphabet.js';

const PATH = z.strictObject({ path: z.string() });
const LETTERS = ['/', '.', 'a'] as const;
const WHY =
  'Joining is lexical and cleans: other libraries keep a slash at the end, or an empty path';

/** Elements that joining gets wrong first. */
const ELEMENTS = ['', '/', '.', '..', 'a', 'a/', '/a', '../a', 'a//b', 'a/../..', 'ä b'] as const;

/** Longer paths, as ids and links make them. */
const PATHS = [
  '/var/lib/docker/overlay2',
  '/var/lib/docker/overlay2/',
  '/var/lib/docker/overlay2/l/../a/diff',
  '/var/lib/docker/overlay2/../../x',
  '../a/diff',
  '../../etc/passwd',
  '/../../etc',
  'a/../../b/./c//',
  'l/../../..',
  '...',
  '..a',
  'a..',
  '.a/..b/c..',
  ' ',
  'a/ /b',
  'a\\b',
  'a\u0000b',
  'ä/ö/../ü',
  '日本/語',
  'a\n/b',
] as const;

function* paths(): Generator<string> {
  yield* everyText(LETTERS, 4);
  yield* PATHS;
}

function* cases() {
  for (const path of paths()) yield { input: { path }, comment: told(path) };
}

/** Go's lexical paths, which every path of the driver is made with. */
export const GO_PATH: RuleGroup = {
  rule: 'go-path',
  source: 'Go path/path.go',
  functions: [
    ruleFunction({
      name: 'Join',
      source: 'Go path/path.go Join',
      why: WHY,
      input: z.strictObject({ elements: z.array(z.string()) }),
      value: z.string(),
      run: ({ elements }) => goJoin(...elements),
      *cases() {
        yield { input: { elements: [] }, comment: 'nothing' };
        for (const one of [...ELEMENTS, ...PATHS]) {
          yield { input: { elements: [one] }, comment: told(one) };
        }
        for (const one of ELEMENTS) {
          for (const other of ELEMENTS) {
            const comment = `${told(one)} and ${told(other)}`;
            yield { input: { elements: [one, other] }, comment };
          }
        }
        for (const id of ['a', '', '..', '/', 'a/b', '../../etc', 'a/']) {
          const elements = ['/var/lib/docker/overlay2', id, 'diff'];
          yield { input: { elements }, comment: `the diff of layer ${told(id)}` };
        }
      },
    }),
    ruleFunction({
      name: 'Clean',
      source: 'Go path/path.go Clean',
      why: 'Nothing is asked of the file system: `a/..` goes even where `a` is a symlink',
      input: PATH,
      value: z.string(),
      run: ({ path }) => goClean(path),
      cases,
    }),
    ruleFunction({
      name: 'Dir',
      source: 'Go path/path.go Dir',
      why: 'A slash at the end ends an element: Dir of `a/` is `a`, where dirname gives `.`',
      input: PATH,
      value: z.string(),
      run: ({ path }) => goDir(path),
      cases,
    }),
    ruleFunction({
      name: 'Base',
      source: 'Go path/path.go Base',
      why: 'The empty path has the base `.`, and slashes alone have `/`',
      input: PATH,
      value: z.string(),
      run: ({ path }) => goBase(path),
      cases,
    }),
    ruleFunction({
      name: 'IsAbs',
      source: 'Go path/path.go IsAbs',
      why: 'Only the first character counts',
      input: PATH,
      value: z.boolean(),
      run: ({ path }) => isAbs(path),
      *cases() {
        for (const path of PATHS) yield { input: { path }, comment: told(path) };
        for (const path of everyText(LETTERS, 1)) yield { input: { path }, comment: told(path) };
      },
    }),
  ],
};
