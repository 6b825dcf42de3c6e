// Looks for one planted fault, seed by seed, as `check builtin:fake` does, and writes a line of
// JSON a seed. The job comes on standard input; nothing of the build is loaded before it is known.
import { text } from 'node:stream/consumers';
import { installPlanted } from './museum-install.mjs';

const LENGTH = 40;
const SHRINK_OPERATIONS_MAX = 6000;
const MICROSECONDS = 1e6;

const job = JSON.parse(await text(process.stdin));
const isPlanted = job.planted === undefined ? undefined : installPlanted(job.planted);
const { fakeTargets } = await import('../dist/cli/targets/fake-targets.js');
const { findProfile } = await import('../dist/domain/profiles/find-profile.js');
const { runCampaign } = await import('../dist/oracle/judge/campaign.js');

// Sequences fail on purpose, thousands of times a second; nobody reads those stacks.
Error.stackTraceLimit = 0;
const profile = findProfile(job.profile);
let misses = 0;
for (const seed of job.seeds) {
  const run = await lookFor(seed);
  console.log(JSON.stringify(run));
  misses += run.found ? 0 : 1;
  if (misses >= job.missesMax) break;
}
if (isPlanted?.() === false) throw new Error('the fault was never loaded');

async function lookFor(seed) {
  const start = processorSeconds();
  const end = start + job.seconds;
  let targets;
  try {
    targets = await fakeTargets({ profile, ...(job.kernel && { kernel: job.kernel }) });
  } catch (error) {
    // A driver that does not start is noticed before the first operation.
    if (job.planted === undefined) throw error;
    const what = `does not start: ${error.message}`;
    return { seed, found: true, seconds: since(start), sequences: 0, reproOperations: 0, what };
  }
  const options = {
    targets,
    judgeProfile: profile.name,
    seed,
    lengthMax: LENGTH,
    withFaults: true,
    withConcurrency: true,
  };
  let state;
  try {
    const { sequences, findings } = await runCampaign({
      ...options,
      shard: { index: 1, of: 1 },
      isOver: () => processorSeconds() >= end || state?.findings.size > 0,
      progress: async (now) => void (state = now),
      shrinkOperationsMax: 0,
    });
    const run = { seed, found: findings.size > 0, seconds: since(start), sequences };
    const [finding] = findings.values();
    return finding === undefined ? run : { ...run, ...(await shrink(options, finding)) };
  } finally {
    await targets.dispose();
  }
}

/** Runs the one sequence again, now to make it short. */
async function shrink(options, { index, foundOperations }) {
  const { findings } = await runCampaign({
    ...options,
    shard: { index: index + 1, of: 1 },
    runs: 1,
    isOver: () => false,
    shrinkOperationsMax: SHRINK_OPERATIONS_MAX,
  });
  const [finding] = findings.values();
  // What the second run does not show depends on something that the seed does not decide.
  if (finding === undefined) return { reproOperations: foundOperations, what: 'not repeatable' };
  const { operations } = finding.sequence;
  const words = operations.map(({ op, id = '' }) => `${op} ${id}`.trim());
  return {
    reproOperations: operations.length,
    what: `${finding.fault}: ${words.join(', ')}`,
  };
}

function since(start) {
  return Math.round((processorSeconds() - start) * 1000) / 1000;
}

/** What this process has had of a core: who else runs on the machine must not decide. */
function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS;
}
