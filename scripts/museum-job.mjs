// Starts the process in which one fault is looked for, and reads what it found, seed by seed.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const RUN = join(ROOT, 'scripts/museum-run.mjs');
const MILLISECONDS = 1000;
/** What a seed may take beyond its time, to start, to shrink and to end. */
const GRACE_SECONDS = 60;
/** Its time is that of a core; on a busy machine so many times as much passes. */
const BUSY = 8;

/**
 * Runs all seeds of one fault, or of none.
 *
 * @returns a run a seed: whether the fault was found, after how long, and the shortest repro. A
 *   process that ended or hung without an answer counts as not found. Once `giveUp` seeds have
 *   not found it the others are not run: it is not found in all of them whatever they say.
 */
export async function runJob({ planted, profile, kernel, seeds, seconds, giveUp = seeds.length }) {
  const runs = [];
  let left = seeds;
  const missed = () => runs.filter(({ found }) => !found).length;
  while (left.length > 0 && missed() < giveUp) {
    const missesMax = giveUp - missed();
    const got = await runProcess({ planted, profile, kernel, seeds: left, seconds, missesMax });
    runs.push(...got.runs);
    left = left.slice(got.runs.length);
    if (left.length === 0 || missed() >= giveUp) break;
    runs.push({ seed: left[0], found: false, seconds, sequences: 0, why: got.why });
    left = left.slice(1);
  }
  return runs;
}

function runProcess(job) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [RUN], { stdio: ['pipe', 'pipe', 'pipe'] });
    const runs = [];
    let complaint = '';
    let hung = false;
    const limit = (job.seconds + GRACE_SECONDS) * BUSY * MILLISECONDS;
    const stop = () => {
      hung = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(stop, limit);
    createInterface({ input: child.stdout }).on('line', (line) => {
      runs.push(JSON.parse(line));
      clearTimeout(timer);
      timer = setTimeout(stop, limit);
    });
    child.stderr.on('data', (text) => (complaint = (complaint + text).slice(-4000)));
    child.on('close', (code) => {
      clearTimeout(timer);
      const why = hung ? 'hung' : `ended with ${code}: ${complaint.trim()}`;
      resolve({ runs, why });
    });
    child.stdin.end(JSON.stringify(job));
  });
}
