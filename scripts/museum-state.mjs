// Keeps what is known of the jobs of a museum run, for the next run of the same build.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const DIRECTORY = join(ROOT, '.museum');
const DIST = join(ROOT, 'dist');

/**
 * Opens the record of a build and of how it is asked; another build has another record.
 *
 * @returns `get` gives the runs of a job or undefined, `set` keeps and gives them.
 */
export function openState({ jobs, seeds, secondsLimit, giveUp }) {
  const build = buildDigest();
  mkdirSync(DIRECTORY, { recursive: true });
  const asked = `${seeds}-${secondsLimit}-${giveUp}`;
  const names = new Map(jobs.map((job) => [job, digest(JSON.stringify(job.planted ?? job))]));
  const fileOf = (job) => join(DIRECTORY, `${build}-${asked}-${names.get(job)}.json`);
  return {
    get(job) {
      try {
        return JSON.parse(readFileSync(fileOf(job), 'utf8'));
      } catch {
        return undefined;
      }
    },
    set(job, runs) {
      writeFileSync(fileOf(job), JSON.stringify(runs));
      return runs;
    },
  };
}

/** A name for the JavaScript that is run. */
function buildDigest() {
  const hash = createHash('sha256');
  for (const name of readdirSync(DIST, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (name.endsWith('.js')) hash.update(name).update(readFileSync(join(DIST, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
