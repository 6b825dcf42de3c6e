// Times the layer-store model alone: generated sequences run once on the driver in memory, whose
// answers are kept, and are then judged again and again. `node bench/model.mjs [SEED]` prints a row
// a profile; nothing but the judging is timed, and no root is needed.
import { pathToFileURL } from 'node:url';
import { formatTable } from './report.mjs';

const dist = (path) => import(new URL(`../dist/${path}.js`, import.meta.url).href);
const SEQUENCES = 150;
const LENGTH_MAX = 40;
const WARMUP_MS = 1500;
const ROUNDS = 7;
const ROUND_MS = 500;

export const MODEL_KEY = 'model';

/** Operations judged a second. */
const GOAL = 500_000;

/** Gives a row a profile: operations judged a second, the median of the rounds and the best. */
export async function measureModel(seed = 1) {
  const rows = [];
  for (const name of ['moby-2019', 'strict']) rows.push(await measureProfile(name, seed));
  return rows;
}

async function measureProfile(name, seed) {
  const { findProfile } = await dist('domain/profiles/find-profile');
  const { LayerStoreModel } = await dist('oracle/model/model');
  const { fakeTargets } = await dist('cli/targets/fake-targets');
  const targets = await fakeTargets({ profile: findProfile(name) });
  const runs = [];
  for (let index = 0; index < SEQUENCES; index++) runs.push(await record(targets, seed, index));
  await targets.dispose();

  const operations = runs.reduce((sum, { steps }) => sum + steps.length, 0);
  let blind = 0;
  const judgeAll = () => {
    blind = 0;
    for (const { world, steps } of runs) {
      const model = new LayerStoreModel(name, world);
      for (const { operation, answer, view } of steps) {
        model.step(operation, answer);
        if (view !== undefined) model.resync(view);
      }
      blind += model.blind;
    }
  };
  for (const end = performance.now() + WARMUP_MS; performance.now() < end;) judgeAll();
  const rates = [];
  for (let round = 0; round < ROUNDS; round++) rates.push(rateOf(judgeAll, operations));
  rates.sort((a, b) => a - b);
  return {
    work: `model alone, ${name}, ${operations} operations, ${blind} blind`,
    perSecond: Math.round(rates[ROUNDS >> 1]),
    bestPerSecond: Math.round(rates.at(-1)),
    goalPerSecond: GOAL,
    rounds: ROUNDS,
  };
}

/** Runs one sequence up to where the model disagrees, if it does, and keeps what was answered. */
async function record(targets, seed, index) {
  const { generateSequence } = await dist('oracle/generate/generate-sequence');
  const { OperationRunner } = await dist('oracle/commands/run-operation');
  const { observeHome } = await dist('oracle/commands/observe-home');
  const { LayerStoreModel } = await dist('oracle/model/model');
  const sequence = generateSequence(targets.facts, { seed, index, lengthMax: LENGTH_MAX });
  const target = await targets.make(sequence.surroundings);
  const world = { ...targets.world, home: target.home };
  const model = new LayerStoreModel(targets.profile, world);
  const runner = new OperationRunner(target);
  const steps = [];
  for (const operation of sequence.operations) {
    const answer = await runner.run(operation);
    if (!model.step(operation, answer).agrees) break;
    const view = model.isLost ? await observeHome(target.files, target.home) : undefined;
    if (view !== undefined) model.resync(view);
    steps.push({ operation, answer, view });
  }
  await targets.remove(target);
  return { world, steps };
}

/** Processor time counts, so that who else runs on the machine does not. */
function rateOf(work, operations) {
  const start = process.cpuUsage();
  let done = 0;
  let spentMs = 0;
  while (spentMs < ROUND_MS) {
    work();
    done += operations;
    const { user, system } = process.cpuUsage(start);
    spentMs = (user + system) / 1000;
  }
  return (done * 1000) / spentMs;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${formatTable(await measureModel(Number(process.argv[2] ?? 1)))}\n`);
}
