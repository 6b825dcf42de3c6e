import { z } from 'zod';
import {
  absoluteMountData,
  decideMountForm,
  type MountDataParts,
  relativeMountData,
} from '../../../domain/mounts/mount-data.js';
import { utf8ByteLength } from '../../../domain/utf8.js';
import { type OfProfile, profiledFunction, type RuleGroup } from '../rule-group.js';
import { told } from './alphabet.js';

const LINK = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const PAGE = 4096;
const LENGTHS = [4093, 4094, 4095, 4096, 4097, 4098] as const;

/** What a vector tells of a mount. */
interface Parts extends OfProfile {
  readonly home: string;
  readonly id: string;
  readonly lowers: string[];
  readonly readOnly: boolean;
  readonly indexOff: boolean;
  readonly label: string;
}

const PARTS = z.strictObject({
  home: z.string(),
  id: z.string(),
  lowers: z.array(z.string()),
  readOnly: z.boolean(),
  indexOff: z.boolean(),
  label: z.string(),
  profile: z.enum(['moby-2019', 'strict']),
});

type Question = Omit<Parts, 'profile'>;

const PLAIN: Question = {
  home: '/var/lib/docker/overlay2',
  id: 'r1',
  lowers: [`l/${LINK}`],
  readOnly: false,
  indexOff: true,
  label: '',
};

/** QUIRK: Q-16: the seed escapes nothing. */
function partsOf({ profile, ...parts }: Parts): MountDataParts {
  return { ...parts, escape: profile === 'strict' };
}

const LABELS: readonly string[] = [
  '',
  'system_u:object_r:svirt_sandbox_file_t:s0:c1,c2',
  'q"u',
  'a\\b',
  'ä',
  '\n',
];
const HOMES: readonly string[] = ['/h', '/', '/a:b', '/a,b', '/a\\b', '/a b', '/ä', '/h/', '/日本'];
const LOWERS: readonly string[] = ['', 'l', '../x', 'garbage', '/abs', `l/${LINK}\n`, 'l/a:b'];

/** Mounts of every kind. */
function* kinds(): Generator<{ readonly input: Question; readonly comment: string }> {
  for (const readOnly of [false, true]) {
    const kind = readOnly ? 'read-only' : 'writable';
    for (const indexOff of [false, true]) {
      const index = indexOff ? ' with index=off' : '';
      for (const label of LABELS) {
        const input = { ...PLAIN, readOnly, indexOff, label };
        yield { input, comment: `${kind}${index}, label ${told(label)}` };
      }
    }
    for (const home of HOMES) {
      yield { input: { ...PLAIN, readOnly, home }, comment: `${kind}, home ${told(home)}` };
    }
    for (const lower of LOWERS) {
      const input = { ...PLAIN, readOnly, lowers: [lower] };
      yield { input, comment: `${kind}, lower ${told(lower)}` };
    }
    for (const id of ['a:b', 'a,b', 'a\\b', 'a/../b', '', '..', 'ä', 'a/b']) {
      yield { input: { ...PLAIN, readOnly, id }, comment: `${kind}, id ${told(id)}` };
    }
    for (const count of [2, 3, 10]) {
      const input = {
        ...PLAIN,
        readOnly,
        lowers: Array.from({ length: count }, () => `l/${LINK}`),
      };
      yield { input, comment: `${kind}, ${count} lowers` };
    }
  }
}

/** Makes data of an exact length in bytes, by a lower that is as long as it takes. */
function ofLength(
  question: Question,
  length: number,
  measure: (parts: MountDataParts) => string,
): Question {
  const shortest = partsOf({ ...question, profile: 'moby-2019' });
  const missing = length - utf8ByteLength(measure(shortest));
  const lowers = [...question.lowers];
  lowers[lowers.length - 1] = `${lowers.at(-1) ?? ''}${'x'.repeat(missing)}`;
  return { ...question, lowers };
}

/** Chains whose data is about a page long. */
function* pages(): Generator<{ readonly input: Question; readonly comment: string }> {
  const wide = (count: number): Question => ({
    ...PLAIN,
    lowers: Array.from({ length: count }, () => `l/${LINK}`),
  });
  for (const length of LENGTHS) {
    for (const readOnly of [false, true]) {
      const kind = readOnly ? 'read-only' : 'writable';
      const absolute = ofLength({ ...wide(60), readOnly }, length, absoluteMountData);
      yield { input: absolute, comment: `${kind}, absolute data of ${length} bytes` };
      const relative = ofLength({ ...wide(120), readOnly }, length, relativeMountData);
      yield { input: relative, comment: `${kind}, relative data of ${length} bytes` };
    }
    const label = 'system_u:object_r:svirt_sandbox_file_t:s0:c1,c2';
    const labelled = ofLength({ ...wide(120), label }, length, relativeMountData);
    yield { input: labelled, comment: `with a label, relative data of ${length} bytes` };
    const umlauts = { ...wide(60), home: `/${'ä'.repeat(10)}` };
    const bytes = ofLength(umlauts, length, absoluteMountData);
    yield { input: bytes, comment: `umlauts count twice, absolute data of ${length} bytes` };
  }
  for (const count of [71, 72, 73, 127, 128]) {
    const input = { ...wide(count), id: '0123456789abcdef'.repeat(4) };
    yield { input, comment: `${count} lowers of a Docker store` };
  }
}

const FORM = z.strictObject({
  form: z.enum(['absolute', 'relative']),
  data: z.string(),
  target: z.string(),
  cwd: z.string().optional(),
});

/** The option string of a mount, and when it is by relative paths. */
export const MOUNT_DATA: RuleGroup = {
  rule: 'mount-data',
  source: 'moby overlay2/overlay.go Get',
  functions: [
    profiledFunction<Parts, string>({
      name: 'absolute',
      source: 'moby overlay2/overlay.go Get; docs/profiles.md Q-16',
      why: 'A committed layer is its own uppermost lower; upper and work come last, then the label',
      input: PARTS,
      value: z.string(),
      run: (parts) => absoluteMountData(partsOf(parts)),
      cases: kinds,
    }),
    profiledFunction<Parts, string>({
      name: 'relative',
      source: 'moby overlay2/overlay.go Get; docs/profiles.md Q-16',
      why: 'Entries of `lower` are taken as they are, uncleaned',
      input: PARTS,
      value: z.string(),
      run: (parts) => relativeMountData(partsOf(parts)),
      cases: kinds,
    }),
    profiledFunction<Parts, z.infer<typeof FORM>>({
      name: 'decideForm',
      source: 'moby overlay2/overlay.go Get; docs/profiles.md Q-17',
      why: `Bytes count: a page is ${PAGE} of them, and the kernel keeps the last one for its NUL`,
      input: PARTS,
      value: FORM,
      run: (parts) =>
        decideMountForm({
          ...partsOf(parts),
          pageSizeBytes: PAGE,
          pageRule: parts.profile === 'strict' ? 'nul-counted' : 'moby-2019',
        }),
      cases: pages,
    }),
  ],
};
