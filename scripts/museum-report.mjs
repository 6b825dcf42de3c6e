// The museum's figures: a row a fault, and whether the goals hold.

/** A share of the faults found in all seeds, and medians over the faults. */
const GOALS = { foundShare: 0.95, seconds: 1, reproOperations: 3 };

/**
 * Gives the figures of a fault; what was not found counts with all of its time. `seedsRun` stands
 * where the search was given up before the last seed.
 */
export function summarise({ id, kind, source }, runs, { seeds, secondsLimit }) {
  const found = runs.filter((run) => run.found);
  return {
    id,
    kind,
    source,
    foundInSeeds: found.length,
    ...(runs.length < seeds ? { seedsRun: runs.length } : {}),
    medianSeconds: median(runs.map((run) => (run.found ? run.seconds : secondsLimit))),
    medianSequences: median(found.map((run) => run.sequences)),
    medianReproOperations: median(found.map((run) => run.reproOperations)),
  };
}

export function formatHead() {
  const heads = ['found', 'median s', 'sequences', 'operations'];
  return `${'fault'.padEnd(40)}${heads.map((head) => head.padStart(12)).join('')}`;
}

export function formatRow(row, runs) {
  const { foundInSeeds, medianSeconds, medianSequences, medianReproOperations } = row;
  const figures = [medianSeconds, medianSequences, medianReproOperations];
  const cells = [`${foundInSeeds}/${runs.length}`, ...figures.map(shown)];
  const why = runs.find((run) => run.why !== undefined)?.why;
  const end = why === undefined ? '' : `  ${why.split('\n').at(-1)}`;
  return row.id.padEnd(40) + cells.map((cell) => cell.padStart(12)).join('') + end;
}

/** Says whether the goals hold, and which do not. */
export function formatSummary({ faults, seeds, controlAccusations }, controls) {
  const missed = faults.filter(({ foundInSeeds }) => foundInSeeds < seeds);
  const share = faults.length === 0 ? 1 : 1 - missed.length / faults.length;
  const seconds = median(faults.map(({ medianSeconds }) => medianSeconds));
  const operations = median(faults.map((row) => row.medianReproOperations));
  const unfinished = controls.filter(({ why }) => why !== undefined);
  const sequences = controls.reduce((sum, run) => sum + run.sequences, 0);
  const goals = [
    [
      share >= GOALS.foundShare,
      `${(100 * share).toFixed(1)} % of ${faults.length} faults found in all ${seeds} seeds ` +
        `(goal ${100 * GOALS.foundShare} %)`,
    ],
    [!(seconds > GOALS.seconds), `median ${shown(seconds)} s (goal ${GOALS.seconds} s)`],
    [
      !(operations > GOALS.reproOperations),
      `median repro ${shown(operations)} operations (goal ${GOALS.reproOperations})`,
    ],
    [
      controlAccusations === 0 && unfinished.length === 0,
      `${controlAccusations} accusations in ${sequences} sequences without a fault (goal 0)`,
    ],
  ];
  const lines = [
    '',
    ...goals.map(([holds, words]) => `${holds ? 'holds ' : 'MISSED'} ${words}`),
    ...missed.map(
      ({ id, foundInSeeds, seedsRun = seeds }) =>
        `  not in all seeds: ${id} (${foundInSeeds} of ${seedsRun})`,
    ),
    ...controls
      .filter(({ found, why }) => found || why !== undefined)
      .map(({ profile, seed, what, why }) => `  control ${profile} seed ${seed}: ${what ?? why}`),
  ];
  return { text: lines.join('\n'), holds: goals.every(([holds]) => holds) };
}

/** The middle of some numbers, or the mean of the two; null where there are none. */
function median(numbers) {
  const known = numbers.filter((number) => number !== null).sort((a, b) => a - b);
  if (known.length === 0) return null;
  const middle = known.length / 2;
  const [low, high] = [known[Math.ceil(middle) - 1], known[Math.floor(middle)]];
  return Math.round(((low + high) / 2) * 1000) / 1000;
}

function shown(number) {
  return number === null ? '-' : String(number);
}
