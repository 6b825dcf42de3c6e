// Turns samples into rows, and rows into the table that is printed.
import { median } from './rounds.mjs';

const least = (values) => Math.min(...values);

/** Makes the row of a work from each side's samples. */
export function workRow(work, samples, rounds) {
  const wall = (side) => samples[side]?.map(({ wallMs }) => wallMs);
  const cpu = (side) => samples[side]?.map(({ cpuMs }) => cpuMs);
  const of = (pick, values) => (values === undefined ? undefined : pick(values));
  const ratio = (pick, get) => {
    const [ours, theirs] = [of(pick, get('ours')), of(pick, get('peer'))];
    return theirs === undefined ? undefined : ours / theirs;
  };
  return {
    work: work.name,
    oursMs: median(wall('ours')),
    peerMs: of(median, wall('peer')),
    ratio: ratio(median, wall),
    budget: work.budget,
    minRatio: ratio(least, wall),
    cpuRatio: ratio(median, cpu),
    strictMs: of(median, wall('strict')),
    gnuTarMs: of(median, wall('gnuTar')),
    oursMinMs: least(wall('ours')),
    peerMinMs: of(least, wall('peer')),
    oursCpuMs: median(cpu('ours')),
    peerCpuMs: of(median, cpu('peer')),
    rounds,
  };
}

/** Gives the table of all rows as Markdown. */
export function formatTable(rows) {
  const timed = rows.filter((row) => row.oursMs !== undefined);
  const memory = rows.filter((row) => row.largeMiB !== undefined);
  const rates = rows.filter((row) => row.perSecond !== undefined);
  const tables = [];
  if (timed.length > 0) tables.push(formatColumns(TIME_COLUMNS, timed));
  if (memory.length > 0) tables.push(formatColumns(MEMORY_COLUMNS, memory));
  if (rates.length > 0) tables.push(formatColumns(RATE_COLUMNS, rates));
  return tables.join('\n\n');
}

const TIME_COLUMNS = [
  ['work', (row) => row.work],
  ['ours ms', (row) => milliseconds(row.oursMs)],
  ['peer ms', (row) => milliseconds(row.peerMs)],
  ['ratio', (row) => number(row.ratio)],
  ['budget', (row) => number(row.budget)],
  ['of minima', (row) => number(row.minRatio)],
  ['of CPU', (row) => number(row.cpuRatio)],
  ['strict ms', (row) => milliseconds(row.strictMs)],
  ['GNU tar ms', (row) => milliseconds(row.gnuTarMs)],
  ['ours/tar', (row) => number(row.gnuTarMs && row.oursMs / row.gnuTarMs)],
];

const MEMORY_COLUMNS = [
  ['work', (row) => row.work],
  ['growth MiB', (row) => number(row.smallMiB)],
  ['with ten times as much', (row) => number(row.largeMiB)],
  ['budget', (row) => number(row.budgetMiB)],
];

const RATE_COLUMNS = [
  ['work', (row) => row.work],
  ['a second', (row) => String(row.perSecond)],
  ['best round', (row) => String(row.bestPerSecond)],
  ['goal', (row) => String(row.goalPerSecond ?? '')],
];

function formatColumns(columns, rows) {
  const cells = [columns.map(([title]) => title)];
  for (const row of rows) cells.push(columns.map(([, cell]) => cell(row)));
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  const rule = widths.map((width, i) =>
    i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  cells.splice(1, 0, rule);
  const padded = (line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
  return cells.map((line) => `| ${padded(line).join(' | ')} |`).join('\n');
}

function milliseconds(value) {
  if (value === undefined) return '';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function number(value) {
  return value === undefined ? '' : value.toFixed(2);
}
