// Makes the page of the matrix: one file with everything in it, which needs no network.
import { readFileSync } from 'node:fs';
import { compareKernels } from './records.mjs';

/** Nothing is fetched, whatever a test is named. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
const TITLE = 'overlay2-ref: what holds on which kernel';

/** Gives the page of some results, as HTML. */
export function formatPage(results) {
  const read = (name) => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');
  // A text of a test may hold `</script>`; within JSON the sign can be written otherwise.
  const data = JSON.stringify(pack(results)).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${TITLE}</title>
<link rel="icon" href="data:,">
<style>
${read('style.css')}</style>
</head>
<body>
${read('body.html')}<script type="application/json" id="data">${data}</script>
<script type="module">
${read('grid.js')}
${read('client.js').replace(/^import .*\n/gm, '')}</script>
</body>
</html>
`;
}

/**
 * Packs results: a check is named once for all kernels and runs, and so is a reason.
 *
 * @returns `checks` as `[feature, check, file system, probe]`; `reasons`; and `runs`, each with its
 * `kernels` and its `rows`: the index of a check, then a cell for each kernel: the milliseconds of
 * one that passed, `[status, reason, milliseconds]` of another, `null` where there is no record.
 */
export function pack({ runs }) {
  const checks = new Index();
  const reasons = new Index();
  const packed = runs.map(({ commit, date, host, records }) => {
    const kernels = [...new Set(records.map(({ kernel }) => kernel))].sort(compareKernels);
    const rows = new Map();
    for (const record of records) {
      const { feature, check, fileSystem, probe } = record;
      const at = checks.of([feature, check, fileSystem], [feature, check, fileSystem, probe]);
      if (!rows.has(at))
        rows.set(
          at,
          Array.from(kernels, () => null),
        );
      rows.get(at)[kernels.indexOf(record.kernel)] = packCell(record, reasons);
    }
    return { commit, date, host, kernels, rows: [...rows].map(([at, cells]) => [at, ...cells]) };
  });
  return { checks: checks.values, reasons: reasons.values, runs: packed };
}

function packCell({ status, reason, milliseconds }, reasons) {
  if (status === 'pass') return milliseconds;
  return [status, reasons.of(reason ?? ''), milliseconds];
}

/** Numbers values in the order in which they come. */
class Index {
  values = [];
  /** @readonly */
  #numbers = new Map();

  of(key, value = key) {
    const text = JSON.stringify(key);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.values.length);
    return this.values.push(value) - 1;
  }
}
