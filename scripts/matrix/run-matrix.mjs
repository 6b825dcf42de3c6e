// Runs the tests on each kernel that was asked for, and writes what they showed.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../root.mjs';
import { buildTests } from './build-tests.mjs';
import { formatPage } from './page.mjs';
import { compareRecords, countStatuses } from './records.mjs';
import { addRun, formatResults, readResults, writeWhole } from './results.mjs';
import { runKernel } from './run-kernel.mjs';

/** Holds the tree, what machines left, and what an interrupted run has finished. */
const FOLDER = join(ROOT, '.matrix');
const HOST_CANNOT = 3;
const INTERRUPTED = 130;

/**
 * Runs the matrix.
 *
 * @param about - `commit` and `host` as the results have them, `out` where these go, and `signal`.
 * @returns the exit code.
 */
export async function runMatrix(options, { commit, host, out, signal }) {
  mkdirSync(FOLDER, { recursive: true });
  const { tree, hash } = await buildTests(FOLDER);
  tell(`tests ${hash} in ${relative(ROOT, tree)}`);
  const seed = Number.parseInt(hash.slice(0, 7), 16);
  const job = { tree, hash, options, signal, seed, programs: join(ROOT, 'vagrant') };
  const ended = await eachOf(options.kernels, options.jobs, (name) => oneKernel(name, job));
  if (signal.aborted) {
    tell('interrupted: what was finished is kept, and the same command goes on from there');
    return INTERRUPTED;
  }

  const records = ended.flatMap((kernel) => kernel.records).sort(compareRecords);
  const file = join(out, 'results.json');
  const found = { commit, date: new Date().toISOString(), host, records };
  const results = addRun(readResults(file), found, options.only.length === 0);
  writeWhole(file, formatResults(results));
  writeWhole(join(out, 'index.html'), formatPage(results));
  for (const kernel of ended) rmSync(stateFile(kernel.name, job), { force: true });

  if (ended.length > 1) for (const kernel of ended) tell(lineOf(kernel));
  const { pass, fail, unsupported, 'not-run': notRun } = countStatuses(records);
  const total = `${pass} passed, ${fail} failed, ${unsupported + notRun} skipped`;
  tell(`${relative(ROOT, file)} and the page beside it are written`);
  if (options.isJson) process.stdout.write(`${JSON.stringify(found)}\n`);
  else console.log(`${ended.length} kernels: ${total} (${unsupported} not supported there)`);
  if (fail > 0 || ended.some(({ isBroken }) => isBroken)) return 1;
  const isPoor = ended.some(({ isLate }) => isLate) || ended.every(({ isMissing }) => isMissing);
  return isPoor ? HOST_CANNOT : 0;
}

/** Does something with each name, so many at a time, in their order. */
async function eachOf(names, jobs, act) {
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < names.length) {
      const index = next;
      next += 1;
      results[index] = await act(names[index]);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

async function oneKernel(name, job) {
  const { options, signal } = job;
  const done = readState(name, job);
  if (done !== undefined && !options.isFresh) {
    tell(`${name}: finished before, so it is not run again (--fresh does)`);
    return done;
  }
  if (signal.aborted) return { name, records: [] };
  tell(`${name}: starts`);
  const folder = join(FOLDER, 'machines', name);
  const ended = { name, ...(await runKernel(name, { ...job, folder, onTest: progress(name) })) };
  if (signal.aborted) return ended;
  tell(lineOf(ended));
  if (!ended.isBroken && !ended.isMissing && !ended.isLate) {
    writeWhole(stateFile(name, job), JSON.stringify(ended));
    const isFine = ended.records.every(({ status }) => status !== 'fail');
    if (isFine && !options.keeps) rmSync(folder, { recursive: true, force: true });
  }
  return ended;
}

function readState(name, job) {
  const file = stateFile(name, job);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Named for all that decides what a run of a kernel shows. */
function stateFile(name, { hash, options }) {
  const only = options.only.length === 0 ? '' : `-${options.only.join('+').replaceAll('/', '_')}`;
  return join(FOLDER, 'finished', `${name}-${options.runner}-${hash}${only}.json`);
}

function lineOf({ kernel, records, seconds }) {
  const { pass, fail, unsupported, 'not-run': notRun } = countStatuses(records);
  const counts = `${pass} pass, ${fail} fail, ${unsupported} not supported, ${notRun} not run`;
  const machine = records.find(({ feature, reason }) => feature === 'machine' && reason);
  const broken = machine === undefined ? '' : `; ${machine.reason}`;
  return `${kernel}: ${counts}; ${seconds} s${broken}`;
}

/** Tells how far a kernel is: on a terminal in one line, else now and then. */
function progress(name) {
  const { stderr } = process;
  return (tests) => {
    if (stderr.isTTY) stderr.write(`\r\u001B[K${name}: ${tests} tests`);
    else if (tests % 100 === 0) stderr.write(`${name}: ${tests} tests\n`);
  };
}

function tell(line) {
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001B[K' : ''}${line}\n`);
}
