// Summarises the last mutation run per file. Timeouts count as survivors: a mutant that only the
// clock noticed was noticed by no assertion.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const REPORT = join(ROOT, 'reports/mutation/mutation.json');
const NOT_MUTANTS = new Set(['CompileError', 'RuntimeError', 'Ignored', 'Pending']);

/** Counts the mutants of one file; `score` is undefined where there are none. */
function summarise(mutants) {
  const counted = mutants.filter(({ status }) => !NOT_MUTANTS.has(status));
  const count = (wanted) => counted.filter(({ status }) => status === wanted).length;
  const killed = count('Killed');
  const score = counted.length === 0 ? undefined : (100 * killed) / counted.length;
  return {
    score,
    killed,
    survived: count('Survived'),
    timeout: count('Timeout'),
    uncovered: count('NoCoverage'),
  };
}

function formatRow(name, { score, killed, survived, timeout, uncovered }) {
  const percent = score === undefined ? '-' : score.toFixed(1);
  const cells = [percent, killed, survived, timeout, uncovered];
  return `${name.padEnd(46)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
}

const { files } = JSON.parse(readFileSync(REPORT, 'utf8'));
const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));

const heads = ['score %', 'killed', 'survived', 'timeout', 'uncovered'];
console.log(`${'file'.padEnd(46)}${heads.map((head) => head.padStart(10)).join('')}`);
for (const [name, { mutants }] of entries) console.log(formatRow(name, summarise(mutants)));
console.log(formatRow('all', summarise(entries.flatMap(([, { mutants }]) => mutants))));

if (process.argv.includes('--survivors')) {
  for (const [name, { mutants }] of entries) {
    for (const { status, location, mutatorName, replacement } of mutants) {
      if (NOT_MUTANTS.has(status) || status === 'Killed') continue;
      const { line, column } = location.start;
      console.log(`${name}:${line}:${column} ${status} ${mutatorName}: ${replacement ?? ''}`);
    }
  }
}
