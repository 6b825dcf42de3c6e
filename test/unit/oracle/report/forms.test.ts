/** Shows the forms of reports for programs and for browsers, with texts that mean harm. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ctrfOf } from '../../../../src/oracle/report/ctrf.js';
import { escapeHtml } from '../../../../src/oracle/report/html/html.js';
import { htmlOf } from '../../../../src/oracle/report/html/page.js';
import { diffLines, withoutSame } from '../../../../src/oracle/report/line-diff.js';
import { summaryOf } from '../../../../src/oracle/report/summary.js';
import { tapOf } from '../../../../src/oracle/report/tap.js';
import { reportWith, someFault } from '../../../helpers/some-report.js';

const EVIL = `</script><script>alert('1')</script># | "&\u0000\u001b[2J\u202e`;
const KNOWN = { known: { reason: 'as # it | was' } };
const STALE = { target: 'builtin:fake', rule: 'Q-01', pattern: 'gone', reason: 'r' };
const REPORT = {
  ...reportWith([someFault({ steps: [EVIL] }), someFault(KNOWN)]),
  stale: [STALE],
  skipped: [{ what: 'quota', reason: 'the target has none' }],
};

const count = z.int();
const status = z.enum(['passed', 'failed', 'skipped', 'pending', 'other']);
/** What the specification of the format, version 1.0.0, says of the parts that are used. */
const CTRF = z.strictObject({
  reportFormat: z.literal('CTRF'),
  specVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
  reportId: z.uuid(),
  timestamp: z.iso.datetime(),
  generatedBy: z.string(),
  results: z.strictObject({
    tool: z.strictObject({ name: z.string().min(1) }),
    summary: z.strictObject({
      tests: count,
      passed: count,
      failed: count,
      skipped: count,
      pending: count,
      other: count,
      suites: count,
      start: count,
      stop: count,
      duration: count,
    }),
    tests: z.array(
      z.strictObject({
        name: z.string().min(1),
        status,
        duration: count,
        suite: z.array(z.string()).min(1),
        message: z.string().optional(),
        trace: z.string().optional(),
        snippet: z.string().optional(),
        rawStatus: z.string().optional(),
        tags: z.array(z.string()).optional(),
        steps: z.array(z.strictObject({ name: z.string(), status })).optional(),
        extra: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
    environment: z.strictObject({ extra: z.record(z.string(), z.unknown()) }),
  }),
});

describe('ctrfOf', () => {
  it('gives what the format allows, with counts that are those of its tests', () => {
    const { results } = CTRF.parse(JSON.parse(ctrfOf(REPORT, 1_700_000_000_123)));

    const { tests, passed, failed, skipped, other, start, stop } = results.summary;
    expect([tests, passed, failed, skipped, other]).toEqual([5, 1, 2, 1, 1]);
    expect(stop - start).toBe(2000);
  });
});

describe('tapOf', () => {
  it('has as many tests as it plans, known ones to do and skipped ones with their reason', () => {
    const lines = tapOf(REPORT).split('\n');
    const tests = lines.filter((line) => /^(not )?ok /.test(line));

    expect(lines.slice(0, 2)).toEqual(['TAP version 14', '1..5']);
    expect(tests).toHaveLength(5);
    expect(tests.map((line) => Number(/\d+/.exec(line)?.[0]))).toEqual([1, 2, 3, 4, 5]);
    expect(tests[1]).not.toContain(' # ');
    // TAP's directive for a failure that is expected.
    expect(tests[2]).toMatch(/ # TODO as \\# it \| was$/);
    expect(tests[4]).toBe('ok 5 - quota # SKIP the target has none');
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('summaryOf', () => {
  it('lets no text be markup, nor end a row', () => {
    const text = summaryOf(REPORT);
    const rows = text.split('\n').filter((line) => /^\| \d/.test(line));

    expect(text).not.toMatch(/<script/);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(7);
    expect(text).toContain('### Skipped');
  });
});

describe('htmlOf', () => {
  it('tells what broke, when and where, and escapes what drivers say', () => {
    const page = htmlOf(REPORT);

    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).toContain(escapeHtml(EVIL));
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(page).toContain('✕ killed before its call 2: mkdir &lt;x&gt;');
    expect(page).toContain('cut by the kernel, 1 too many');
    expect(page).toContain('<strong>quota</strong>: the target has none');
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
  });

  it('stays below a megabyte however much there is', () => {
    const script = '<'.repeat(11_000);
    const faults = Array.from({ length: 600 }, () => someFault({ script }));

    expect(Buffer.byteLength(htmlOf(reportWith(faults)))).toBeLessThan(1024 * 1024);
  });
});

describe('diffLines', () => {
  it('marks what is missing and what is extra, and finds what is common', () => {
    const lines = diffLines(['a/', '  diff', 'b/', 'l/'], ['a/', '  diff', '  link', 'l/']);

    expect(lines.map(({ mark, text }) => mark + text)).toEqual([
      ' a/',
      '   diff',
      '-b/',
      '+  link',
      ' l/',
    ]);
    expect(withoutSame(diffLines(['a/', '  x', 'l/'], ['a/', '  y', 'l/']))).toHaveLength(3);
  });
});
