// Runs the bug museum by ETNA's protocol: every fault is planted alone, and the generated check of
// the fake looks for it with ten seeds, each at most a minute on one core. Controls without a fault
// must find nothing. Writes test/museum/results.json; docs/museum.md explains the figures. What is
// known of a build is kept, so that a run that was interrupted goes on where it was.
import { availableParallelism } from 'node:os';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plantFault, readFaults } from './museum-catalogue.mjs';
import { formatHead, formatRow, formatSummary, summarise } from './museum-report.mjs';
import { runJob } from './museum-job.mjs';
import { openState } from './museum-state.mjs';
import { ROOT } from './root.mjs';

const RESULTS = join(ROOT, 'test/museum/results.json');
const PROCESSES_MAX = 4;
const PROFILES = ['moby-2019', 'strict'];
const SEEDS = 10;
const SECONDS = 60;
const SHORTER = `with fewer seeds or seconds than ${SEEDS} of ${SECONDS} s`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: String(SEEDS) },
    seconds: { type: 'string', default: String(SECONDS) },
    'give-up': { type: 'string', default: '3' },
    'control-seconds': { type: 'string', default: '10' },
    processes: { type: 'string', default: String(Math.min(availableParallelism(), PROCESSES_MAX)) },
    out: { type: 'string', default: RESULTS },
    verbose: { type: 'boolean', default: false },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const secondsLimit = Number(values.seconds);
const giveUp = Number(values['give-up']);
const controlSeconds = Number(values['control-seconds']);

const faults = chosenFaults();
const jobs = [
  ...PROFILES.filter(() => controlSeconds > 0).map((profile) => ({
    profile,
    seeds,
    seconds: controlSeconds,
  })),
  ...faults.map((fault) => ({
    fault,
    // All are planted before the first is looked for, so that one that is not sound ends the run.
    planted: plantFault(fault),
    profile: fault.profile,
    kernel: fault.kernel,
    seeds,
    seconds: secondsLimit,
    giveUp,
  })),
];
const known = openState({ jobs, seeds: seeds.length, secondsLimit, giveUp });

// Whoever interrupts gets what is known by then, and the record says that it is not all.
let isInterrupted = false;
process.once('SIGINT', () => (isInterrupted = true));

console.log(formatHead());
const rows = [];
const controls = [];
await inParallel(jobs, Number(values.processes), async (job) => {
  const runs = known.get(job) ?? known.set(job, await runJob(job));
  if (values.verbose) for (const run of runs) console.log(JSON.stringify(run));
  if (job.fault === undefined) {
    controls.push(...runs.map((run) => ({ profile: job.profile, ...run })));
    return;
  }
  const row = summarise(job.fault, runs, { seeds: seeds.length, secondsLimit });
  rows.push(row);
  console.log(formatRow(row, runs));
});

const order = new Map(faults.map(({ id }, at) => [id, at]));
rows.sort((a, b) => order.get(a.id) - order.get(b.id));
const accusations = controls.filter(({ found }) => found);
const results = {
  protocol: protocolWords(),
  seeds: seeds.length,
  secondsLimit,
  faults: rows,
  controlAccusations: accusations.length,
};
// A quick look at some faults must not overwrite the record of all.
const isWhole = values.only === undefined || values.out !== RESULTS;
if (isWhole) writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`);
if (isInterrupted) console.log(`interrupted after ${rows.length} of ${faults.length} faults`);
const { text, holds } = formatSummary(results, controls);
console.log(text);
process.exitCode = holds && !isInterrupted ? 0 : 1;

function protocolWords() {
  const words =
    'ETNA: one fault at a time, every seed on one core, found = in all seeds; ' +
    `given up after ${giveUp} seeds without it`;
  const asked = seeds.length === SEEDS && secondsLimit === SECONDS ? '' : `, ${SHORTER}`;
  return words + asked + (isInterrupted ? `, interrupted after ${rows.length} faults` : '');
}

function chosenFaults() {
  const all = readFaults();
  if (values.only === undefined) return all;
  const wanted = new Set(values.only.split(','));
  const chosen = all.filter(({ id }) => wanted.delete(id));
  if (wanted.size > 0) throw new Error(`no such fault: ${[...wanted].join(', ')}`);
  return chosen;
}

function next(queue) {
  return isInterrupted ? undefined : queue.shift();
}

async function inParallel(items, count, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item = next(queue); item !== undefined; item = next(queue)) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}
