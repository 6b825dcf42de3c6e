// Runs a work in rounds in which all sides take turns, so that whatever else the machine does
// falls on all of them. Every other round goes backwards, so that nobody always comes after the
// same one; and what one left for the disk to do is done before the next one starts.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/**
 * Runs a work on every side.
 *
 * @param sides - sessions by name.
 * @param extract - where GNU tar unpacks, for works that it is compared in; undefined for none.
 * @returns for each side the samples of one work, `{wallMs, cpuMs}` each.
 */
export async function runRounds(work, sides, archives, { rounds, warmups, extract }) {
  const runners = Object.entries(sides).map(([name, session]) => [
    name,
    () => runOnce(work, session, archives),
  ]);
  if (extract !== undefined) runners.push(['gnuTar', () => extractOnce(extract)]);
  const samples = Object.fromEntries(runners.map(([name]) => [name, []]));

  for (const session of Object.values(sides)) await work.stage(session, archives);
  for (let round = -warmups; round < rounds; round++) {
    const turns = round % 2 === 0 ? runners : runners.toReversed();
    for (const [name, run] of turns) {
      const sample = await run();
      if (round >= 0) samples[name].push(sample);
    }
  }
  for (const session of Object.values(sides)) await work.clear(session);
  return samples;
}

async function runOnce(work, session, archives) {
  await work.before?.(session);
  await runFile('sync');
  const { wallMs, cpuMs } = await work.run(session, archives);
  await work.after?.(session);
  return { wallMs: wallMs / work.count, cpuMs: cpuMs / work.count };
}

/** The whole process of `tar -x`, with the rights and owners that the archive names. */
async function extractOnce({ archive, directory }) {
  const into = join(directory, 'tar');
  mkdirSync(into);
  await runFile('sync');
  const start = performance.now();
  await runFile('tar', ['-x', '-p', '--numeric-owner', '-f', archive, '-C', into]);
  const wallMs = performance.now() - start;
  rmSync(into, { recursive: true });
  return { wallMs };
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
