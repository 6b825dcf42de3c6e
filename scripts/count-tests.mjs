// Prints `N passed, N failed, N skipped` from vitest's JSON report, over all of its projects, and
// from results of the kernel matrix where there are any: `count-tests.mjs REPORT [RESULTS]`. A file
// that could not be run counts as a failed test, since its own tests are not in the report.
import { existsSync, readFileSync } from 'node:fs';

const [report, results] = process.argv.slice(2);
const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];

const states = files.flatMap(({ status, assertionResults }) => {
  const own = assertionResults.map((result) => result.status);
  return status === 'failed' && !own.includes('failed') ? [...own, 'failed'] : own;
});
const { runs } = existsSync(results ?? '')
  ? JSON.parse(readFileSync(results, 'utf8'))
  : { runs: [] };
const NAMES = { pass: 'passed', fail: 'failed' };
for (const { status } of runs.flatMap(({ records }) => records)) {
  states.push(NAMES[status] ?? 'skipped');
}
const passed = states.filter((state) => state === 'passed').length;
const failed = states.filter((state) => state === 'failed').length;
const skipped = states.length - passed - failed;

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
