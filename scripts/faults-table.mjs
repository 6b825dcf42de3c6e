// Writes the tables of what moby-2019 leaves after a fault, from what `faults` found:
//
//   npm run faults -- --profile moby-2019 --json > found.json
//   node scripts/faults-table.mjs found.json... [--seconds N] [--seed N]
//
// Ways of breaking that the alphabet does not reach get an example from sampled sequences, which
// are looked for so long; examples that still hold are kept.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fakeTargets } from '../dist/cli/targets/fake-targets.js';
import { findProfile } from '../dist/domain/profiles/find-profile.js';
import { addFaults } from '../dist/oracle/faults/choose-plan.js';
import {
  breakagesOf,
  findBreakage,
  findKnownViolation,
  MOBY_2019_WORDS,
} from '../dist/oracle/faults/known-violations.js';
import { generateSequence } from '../dist/oracle/generate/generate-sequence.js';
import { runOnce } from '../dist/oracle/judge/campaign.js';
import { ROOT } from './root.mjs';

const NAME = 'moby-2019';
const EXAMPLES = join(ROOT, 'test', 'faults', `${NAME}.json`);
const STATES = join(ROOT, 'src', 'oracle', 'faults', `${NAME}-states.ts`);
const LENGTH_MAX = 40;
const MS_PER_SECOND = 1000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});

// Operations fail on purpose; nobody reads those stacks.
Error.stackTraceLimit = 0;
const targets = await fakeTargets({ profile: findProfile(NAME) });

/** Gives the ways in which a sequence was seen to break the rules, up to its end. */
async function breakagesIn(sequence) {
  const seen = new Set();
  const judgedFault = (_operation, { violation }) => {
    if (violation !== undefined) for (const it of breakagesOf(violation.signature)) seen.add(it);
  };
  await runOnce({ targets, judgeProfile: NAME }, sequence, { compareHome: 'never', judgedFault });
  return seen;
}

/** Drops operations for as long as the sequence still breaks in this way. */
async function shorten(sequence, breakage) {
  let { operations } = sequence;
  const holds = async (fewer) =>
    (await breakagesIn({ ...sequence, operations: fewer })).has(breakage);
  for (let length = 1; length < operations.length; length++) {
    const fewer = operations.slice(0, length);
    if (await holds(fewer)) operations = fewer;
  }
  for (let at = operations.length - 2; at >= 0; at--) {
    const fewer = operations.filter((_operation, i) => i !== at);
    if (await holds(fewer)) operations = fewer;
  }
  return { ...sequence, operations };
}

function readStates() {
  const states = new Map();
  for (const file of positionals) {
    for (const found of JSON.parse(readFileSync(file, 'utf8')).violations) {
      const { signature, operations, plan } = found;
      const known = states.get(signature);
      if (known !== undefined && known.operations.length <= operations.length) continue;
      states.set(signature, { signature, operations, plan });
    }
  }
  return [...states.values()].sort((a, b) => (a.signature < b.signature ? -1 : 1));
}

/** Takes away the words that a way of breaking shows; false where it shows none of them. */
function takeWords(missing, breakage) {
  const words = findBreakage(breakage)?.words ?? [];
  return words.map((word) => missing.delete(word)).includes(true);
}

async function findExamples(missing, old) {
  const examples = [];
  for (const example of old) {
    const { breakage, ...sequence } = example;
    if (!(await breakagesIn(sequence)).has(breakage) || !takeWords(missing, breakage)) continue;
    examples.push(example);
  }
  const end = performance.now() + Number(values.seconds) * MS_PER_SECOND;
  const seed = Number(values.seed);
  for (let index = 0; missing.size > 0 && performance.now() < end; index++) {
    const sound = generateSequence(targets.facts, { seed, index, lengthMax: LENGTH_MAX });
    const sequence = addFaults(sound, seed, index);
    if (sequence === sound) continue;
    for (const breakage of await breakagesIn(sequence)) {
      if (!takeWords(missing, breakage)) continue;
      const { surroundings, operations } = await shorten(sequence, breakage);
      examples.push({ breakage, surroundings, operations });
    }
  }
  return examples.sort((a, b) => (a.breakage < b.breakage ? -1 : 1));
}

const old = existsSync(EXAMPLES) ? JSON.parse(readFileSync(EXAMPLES, 'utf8')) : {};
const states = positionals.length > 0 ? readStates() : old.states;
const missing = new Set(MOBY_2019_WORDS);
for (const { signature } of states) {
  for (const breakage of breakagesOf(signature)) takeWords(missing, breakage);
}
const breakages = await findExamples(missing, old.breakages ?? []);
await targets.dispose();

const rows = (all) => all.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
const [known, broken] = [rows(states), rows(breakages)];
const text = `{\n  "states": [\n${known}\n  ],\n  "breakages": [\n${broken}\n  ]\n}\n`;
writeFileSync(EXAMPLES, text);
const source = readFileSync(STATES, 'utf8');
const lines = states.map(({ signature }) => `  '${signature}',`);
const head = source.slice(0, source.indexOf('= ['));
writeFileSync(STATES, `${head}= [\n${lines.join('\n')}\n];\n`);

const unknown = states.filter(({ signature }) => findKnownViolation(signature) === undefined);
for (const { signature } of unknown) process.stdout.write(`no rule: ${signature}\n`);
for (const word of missing) process.stdout.write(`never seen: ${word}\n`);
process.stdout.write(
  `${states.length} states, ${breakages.length} breakages beyond the alphabet\n`,
);
if (unknown.length + missing.size > 0) process.exitCode = 1;
