// Measures by how much the resident memory of an idle process grows at most while it applies or
// makes an archive; each time in a new process, with an archive and with one of ten times its size.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from './session.mjs';

const KIB_PER_MIB = 1024;
const BASE = 'base';
const LAYER = 'layer';

export const MEMORY_PAIRS = [
  { key: 'memory-small', name: '1,000 and 10,000 small files', pair: ['smallTenth', 'small'] },
  { key: 'memory-big', name: '50 and 500 MB in 5 files', pair: ['bigTenth', 'big'] },
];

/** Gives two rows for a pair of archives: one for ApplyDiff, one for Diff. */
export async function measureMemory({ name, pair }, archives, directory) {
  const applied = [];
  const made = [];
  for (const archive of pair) {
    const home = join(directory, `memory-${archive}`);
    mkdirSync(home);
    await inSession(home, (session) => session.run('make', BASE, ''));
    await inSession(home, (session) => session.run('make', LAYER, BASE));
    const apply = ['applyDiff', LAYER, BASE, archives[archive]];
    applied.push(await inSession(home, (session) => growth(session, apply)));
    made.push(await inSession(home, (session) => growth(session, ['diff', LAYER, BASE])));
    await inSession(home, (session) => session.run('remove', LAYER));
  }
  return [row('ApplyDiff', name, applied), row('Diff', name, made)];
}

async function growth(session, work) {
  const idle = session.startPeak();
  await session.run(...work);
  return (session.peak() - idle) / KIB_PER_MIB;
}

function row(method, name, [smallMiB, largeMiB]) {
  return { work: `memory of ${method}, ${name}`, smallMiB, largeMiB, budgetMiB: 64 };
}

async function inSession(home, work) {
  const session = await Session.ours(home, 'moby-2019');
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
