// Tries every schedule of two callers over a small alphabet of operations, with at most two
// preemptions, and compares what it finds with the table in test/concurrency. Takes minutes.
//
//   node scripts/concurrency.mjs [moby-2019|strict] [--preemptions N] [--shard i/n] [--write]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fakeTargets } from '../dist/cli/targets/fake-targets.js';
import { findProfile } from '../dist/domain/profiles/find-profile.js';
import { allPairs, keyOf, searchPair, tellKnown } from '../dist/oracle/concurrency/search-pairs.js';
import { ROOT } from './root.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    preemptions: { type: 'string', default: '2' },
    shard: { type: 'string', default: '1/1' },
    write: { type: 'boolean', default: false },
  },
});
const name = positionals[0] ?? 'moby-2019';
const [index, of] = values.shard.split('/').map(Number);
const table = join(ROOT, 'test', 'concurrency', `${name}.json`);

// Operations fail on purpose; nobody reads those stacks.
Error.stackTraceLimit = 0;
const targets = await fakeTargets({ profile: findProfile(name) });
const pairs = allPairs(name).filter((_pair, at) => at % of === index - 1);
const search = { targets, profile: name, preemptionsMax: Number(values.preemptions) };
const found = [];
let [runs, states] = [0, 0];
const start = performance.now();
for (const [at, pair] of pairs.entries()) {
  const result = await searchPair(search, pair);
  runs += result.runs;
  states += result.states;
  found.push(...result.wrong.map((wrong) => tellKnown(pair, wrong)));
  if (process.stderr.isTTY) process.stderr.write(`\r${at + 1} of ${pairs.length} pairs`);
}
const seconds = ((performance.now() - start) / 1000).toFixed(0);
process.stdout.write(
  `${name}: ${pairs.length} pairs, ${runs} schedules, ${states} states in ${seconds} s; ` +
    `${found.length} ways in which callers disturb each other\n`,
);

if (values.write) {
  const rows = found.map((one) => `  ${JSON.stringify(one)}`);
  writeFileSync(table, `[\n${rows.join(',\n')}\n]\n`);
} else {
  const known = existsSync(table) ? JSON.parse(readFileSync(table, 'utf8')) : [];
  const [old, now] = [new Set(known.map(keyOf)), new Set(found.map(keyOf))];
  const fresh = [...now].filter((key) => !old.has(key));
  const gone = of === 1 ? [...old].filter((key) => !now.has(key)) : [];
  for (const key of fresh) process.stdout.write(`new: ${key}\n`);
  for (const key of gone) process.stdout.write(`gone: ${key}\n`);
  if (fresh.length + gone.length > 0) process.exitCode = 1;
}
