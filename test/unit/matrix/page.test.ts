/** Establishes what the page of the matrix holds; how it looks is for a browser to say. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatPage, pack } from '../../../scripts/matrix/page.mjs';
import { parseResults } from '../../../scripts/matrix/schema.mjs';
import { someResults } from './some-results.js';

const PAGE_BYTES_MAX = 1024 * 1024;

describe('the page of the matrix', () => {
  it('holds each check once, and a cell for each kernel of a run', () => {
    const { checks, reasons, runs } = pack(someResults());

    expect(checks).toHaveLength(3);
    expect(runs[0]?.kernels.map((name) => name.split(' ')[0])).toEqual(['5.10', '6.1', 'newest']);
    expect(runs[0]?.rows).toEqual([
      [0, 12, 12, 12],
      [1, ['unsupported', 0, 0], ['fail', 1, 12], null],
      [2, null, null, ['not-run', 2, 0]],
    ]);
    expect(runs[1]?.rows).toEqual([[0, 12, 12]]);
    expect(reasons).toEqual(['no quota', 'expected 122 to be 28', 'no mount']);
  });

  it('is not ended by what a test is named, and asks the network for nothing', () => {
    const html = formatPage(someResults());

    expect(html).not.toContain('mounts </script>');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/(src|href)="(?!#|data:)/);
    expect(html).not.toMatch(/^import /m);
  });

  it('that is checked in is made of the results that are', () => {
    const results = parseResults(readFileSync('matrix/results.json', 'utf8'), 'results.json');
    const html = formatPage(results);

    expect(readFileSync('matrix/index.html', 'utf8')).toBe(html);
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(PAGE_BYTES_MAX);
  });
});
