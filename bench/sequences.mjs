// Times generated sequences on the driver in memory: the driver alone, and driver and model side by
// side, as `check` runs them. `node bench/sequences.mjs [SEED]` prints them; no root is needed.
import { pathToFileURL } from 'node:url';
import { formatTable } from './report.mjs';

const dist = (path) => import(new URL(`../dist/${path}.js`, import.meta.url).href);
const LENGTH = 40;
const WARMUP_SEQUENCES = 300;
const ROUNDS = 5;
const ROUND_SEQUENCES = 150;
const GOAL = 500;
const PROFILES = ['moby-2019', 'strict'];

export const SEQUENCES_KEY = 'sequences';

/** Gives a row a profile and way of judging: sequences of 40 operations a second, on one core. */
export async function measureSequences(seed = 1) {
  const rows = [];
  for (const profile of PROFILES) {
    const rates = await timeProfile(profile, seed);
    for (const [judged, rate] of Object.entries(rates)) {
      const work = `sequences of ${LENGTH} operations in memory, ${profile}, ${judged}`;
      // What the judge takes is not the driver's.
      const goal = judged === 'driver alone' ? { goalPerSecond: GOAL } : {};
      rows.push({ work, ...rate, ...goal, rounds: ROUNDS });
    }
  }
  return rows;
}

async function timeProfile(name, seed) {
  const { findProfile } = await dist('domain/profiles/find-profile');
  const { fakeTargets } = await dist('cli/targets/fake-targets');
  const { generateSequence } = await dist('oracle/generate/generate-sequence');
  const targets = await fakeTargets({ profile: findProfile(name) });
  const ways = await waysOf(targets);
  const rates = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  const stackTraceLimit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  let index = 0;
  const next = (count) =>
    Array.from({ length: count }, () =>
      generateSequence(targets.facts, { seed, index: index++, lengthMax: LENGTH, isFull: true }),
    );
  const warmup = next(WARMUP_SEQUENCES);
  for (const run of Object.values(ways)) for (const sequence of warmup) await run(sequence);
  for (let round = 0; round < ROUNDS; round++) {
    const sequences = next(ROUND_SEQUENCES);
    for (const [way, run] of Object.entries(ways)) rates[way].push(await rateOf(run, sequences));
  }
  Error.stackTraceLimit = stackTraceLimit;
  await targets.dispose();
  return Object.fromEntries(Object.entries(rates).map(([way, all]) => [way, told(all)]));
}

/** How one sequence is run: nobody judges, the end is judged, or everything is. */
async function waysOf(targets) {
  const { OperationRunner } = await dist('oracle/commands/run-operation');
  const { runOnce } = await dist('oracle/judge/campaign');
  const { LAWS } = await dist('oracle/judge/laws/all-laws');
  const judging = { targets, judgeProfile: targets.profile };
  return {
    'driver alone': async ({ surroundings, operations }) => {
      const target = await targets.make(surroundings);
      const runner = new OperationRunner(target);
      for (const operation of operations) await runner.run(operation);
      await targets.remove(target);
    },
    'answers judged': (sequence) => runOnce(judging, sequence, { compareHome: 'at-end' }),
    'all judged': (sequence) => runOnce(judging, sequence, { compareHome: 'always', laws: LAWS }),
  };
}

/** Processor time counts, that of the collector too, so that who else runs here does not. */
async function rateOf(run, sequences) {
  const start = process.cpuUsage();
  for (const sequence of sequences) await run(sequence);
  const { user, system } = process.cpuUsage(start);
  return (sequences.length * 1e6) / (user + system);
}

function told(rates) {
  const sorted = rates.toSorted((a, b) => a - b).map(Math.round);
  return { perSecond: sorted[sorted.length >> 1], bestPerSecond: sorted.at(-1) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${formatTable(await measureSequences(Number(process.argv[2] ?? 1)))}\n`);
}
