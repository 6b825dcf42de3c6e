// The works that are measured against the peer. Each stages layers in a session, is run round by
// round, and takes away what it made. `count` works are run at a time where one is short. A budget
// is the most that a ratio to the peer may be.

const CHAIN_LENGTH = 100;
/** Short works need many rounds, and a process that has been at it for a while. */
const SHORT = { rounds: 30, warmups: 100 };
/** Of the works that read trees. */
const BUDGET = 0.8;

/** Gives the layer of the chain that has so many layers below it. */
const chained = (depth) => `chain-${depth}`;

/** Makes the chain of layers that the works stand on. */
export async function makeChain(session, length = CHAIN_LENGTH) {
  for (let depth = 0; depth < length; depth++) {
    await session.run('make', chained(depth), depth === 0 ? '' : chained(depth - 1));
  }
}

export const WORKS = [
  createAt('create-1', 'Create, depth 1', 1),
  createAt('create-100', 'Create, depth 100', 100),
  getPutAt('getput-2', 'Get+Put, depth 2', { depth: 2, count: 10, budget: 1 }),
  getPutAt('getput-100', 'Get+Put, depth 100', { depth: 100, count: 2, budget: 0.2 }),
  applyOf('apply-small', 'ApplyDiff, 10,000 small files', { archive: 'small', budget: 0.5 }),
  applyOf('apply-big', 'ApplyDiff, 500 MB in 5 files', { archive: 'big', budget: 0.8 }),
  diffOf('diff-small', 'Diff, 10,000 small files', 'small'),
  diffOf('diff-big', 'Diff, 500 MB in 5 files', 'big'),
  changesOf('changes-all', 'Changes, 10,000 files added'),
  changesOf('changes-10', 'Changes, 10 edits over 10,000 files', 'edits'),
];

function createAt(key, name, depth) {
  const count = 10;
  const run = (session) => session.run('create', count, key, chained(depth - 1));
  return { key, name, count, budget: 1, ...SHORT, stage: nothing, run, clear: nothing };
}

function getPutAt(key, name, { depth, count, budget }) {
  return {
    key,
    name,
    count,
    budget,
    ...SHORT,
    stage: (session) => session.run('makeWritable', key, chained(depth - 1)),
    run: (session) => session.run('getPut', count, key),
    clear: (session) => session.run('remove', key),
  };
}

function applyOf(key, name, { archive, budget }) {
  return {
    key,
    name,
    count: 1,
    budget,
    rounds: 7,
    archives: [archive],
    gnuTar: archive,
    stage: nothing,
    before: (session) => session.run('make', key, chained(0)),
    run: (session, archives) => session.run('applyDiff', key, chained(0), archives[archive]),
    after: (session) => session.run('remove', key),
    clear: nothing,
  };
}

function diffOf(key, name, archive) {
  return {
    key,
    name,
    count: 1,
    budget: BUDGET,
    rounds: 7,
    archives: [archive],
    stage: (session, archives) => filled(session, key, chained(0), archives[archive]),
    run: (session) => session.run('diff', key, chained(0)),
    clear: (session) => session.run('remove', key),
  };
}

/** Compares a layer of many files with an empty one, or a few edits with the layer below. */
function changesOf(key, name, edits) {
  const below = `${key}-below`;
  return {
    key,
    name,
    count: 1,
    budget: BUDGET,
    rounds: 7,
    archives: edits === undefined ? ['small'] : ['small', edits],
    async stage(session, archives) {
      await filled(session, below, chained(0), archives.small);
      if (edits !== undefined) await filled(session, key, below, archives[edits]);
    },
    run: (session) =>
      edits === undefined
        ? session.run('changes', below, chained(0))
        : session.run('changes', key, below),
    async clear(session) {
      if (edits !== undefined) await session.run('remove', key);
      await session.run('remove', below);
    },
  };
}

async function filled(session, id, parent, archive) {
  await session.run('make', id, parent);
  await session.run('applyDiff', id, parent, archive);
}

async function nothing() {
  // Most works need no more than the chain.
}
