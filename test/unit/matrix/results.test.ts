/** Establishes how matrix/results.json is kept: its schema, its history, its order. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { addRun, formatResults, lineOf, readResults } from '../../../scripts/matrix/results.mjs';
import { matrixSchemaText, parseResults } from '../../../scripts/matrix/schema.mjs';
import { someRecord, someResults, someRun } from './some-results.js';

const RESULTS = 'matrix/results.json';

describe('the schema', () => {
  const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(
    JSON.parse(matrixSchemaText()) as object,
  );

  it('holds for results, and for the ones that are checked in', () => {
    expect(validate(someResults())).toBe(true);
    expect(validate(JSON.parse(readFileSync(RESULTS, 'utf8')))).toBe(true);
  });

  it.each([
    ['another status', someRecord({ status: 'maybe' as 'pass' })],
    ['another field', { ...someRecord(), extra: 1 }],
    ['no probe', someRecord({ probe: '' })],
  ])('refuses a record with %s', (_, record) => {
    const results = { runs: [someRun({ records: [record] })] };

    expect(validate(results)).toBe(false);
    expect(() => parseResults(JSON.stringify(results), 'file')).toThrow(/^file: runs\.0\.records/);
  });

  it('is what is checked in', () => {
    expect(readFileSync('schemas/matrix.schema.json', 'utf8')).toBe(matrixSchemaText());
  });
});

describe('a file of results', () => {
  it('has the same bytes again when it is read and written', () => {
    const text = formatResults(someResults());

    expect(formatResults(parseResults(text, 'file'))).toBe(text);
    expect(text.split('\n').length).toBeGreaterThan(6);
  });

  it('that is not there has no runs', () => {
    expect(readResults('/no/such/results.json')).toEqual({ runs: [] });
  });
});

describe('a run', () => {
  const kernel = '6.1 (6.1.0-56)';

  it('is put before the older ones of other commits, of which six are kept', () => {
    const runs = Array.from({ length: 6 }, (_, index) => someRun({ commit: `old ${index}` }));

    const { runs: after } = addRun({ runs }, someRun({ commit: 'new' }), true);

    expect(after.map(({ commit }) => commit)).toEqual([
      'new',
      'old 0',
      'old 1',
      'old 2',
      'old 3',
      'old 4',
    ]);
  });

  it('of one kernel more joins the run of the same commit and host', () => {
    const before = { runs: [someRun({ records: [someRecord({ kernel: '5.10 (5.10.0-46)' })] })] };

    const { runs } = addRun(before, someRun({ records: [someRecord({ kernel })] }), true);

    expect(runs).toHaveLength(1);
    expect(runs[0]?.records.map((record) => lineOf(record.kernel))).toEqual(['5.10', '6.1']);
  });

  it('replaces what the same line of kernels showed before, whole or where it was run', () => {
    const old = [someRecord({ kernel }), someRecord({ kernel, check: 'gone by now' })];
    const now = [someRecord({ kernel, status: 'fail', reason: 'EIO' })];
    const before = { runs: [someRun({ records: old })] };

    const [whole] = addRun(before, someRun({ records: now }), true).runs;
    const [some] = addRun(before, someRun({ records: now }), false).runs;

    expect(whole?.records).toEqual(now);
    expect(some?.records.map(({ check, status }) => [check, status])).toEqual([
      ['a deletion is a 0:0 device', 'fail'],
      ['gone by now', 'pass'],
    ]);
  });
});
