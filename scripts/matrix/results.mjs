// Keeps matrix/results.json: puts what was found into it, newest run first.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { compareRecords } from './records.mjs';
import { parseResults } from './schema.mjs';

/** Older runs go, since the file lies in the repository. */
const RUNS_MAX = 6;

/** Reads a file of results; one that is not there has no runs. */
export function readResults(file) {
  return existsSync(file) ? parseResults(readFileSync(file, 'utf8'), file) : { runs: [] };
}

/**
 * Puts the records of some kernels into results: into the run of the same commit on the same host,
 * where there is one, else into a new run.
 *
 * @param found - commit, date, host, records of this run.
 * @param isWhole - whether every test was run, so that records that are not there any more go.
 */
export function addRun(results, found, isWhole) {
  const isSame = (run) => run.commit === found.commit && run.host === found.host;
  const before = results.runs.find(isSame)?.records ?? [];
  const lines = new Set(found.records.map(({ kernel }) => lineOf(kernel)));
  const keys = new Set(found.records.map(keyOf));
  const kept = before.filter((record) =>
    isWhole ? !lines.has(lineOf(record.kernel)) : !keys.has(keyOf(record)),
  );
  const records = [...kept, ...found.records].sort(compareRecords);
  const others = results.runs.filter((run) => !isSame(run));
  return { runs: [{ ...found, records }, ...others].slice(0, RUNS_MAX) };
}

/**
 * Writes results as text, a line for each record, so that a change is a changed line.
 *
 * @throws Error where they are not what the schema says; it orders the fields, too.
 */
export function formatResults(results) {
  const { runs } = parseResults(JSON.stringify(results), 'results');
  const texts = runs.map(({ commit, date, host, records }) => {
    const head = JSON.stringify({ commit, date, host }).slice(0, -1);
    const lines = records.map((record) => JSON.stringify(record)).join(',\n');
    return `${head},"records":[\n${lines}\n]}`;
  });
  return `{"runs":[${texts.join(',\n')}]}\n`;
}

/** Writes a file in one step, so that an interrupted run leaves the old one or the new one. */
export function writeWhole(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** The name of a kernel's line, as vagrant/kernels.json has it: `6.1` of `6.1 (6.1.0-56)`. */
export function lineOf(kernel) {
  return kernel.split(' (')[0];
}

function keyOf({ kernel, fileSystem, feature, check }) {
  return JSON.stringify([kernel, fileSystem, feature, check]);
}
