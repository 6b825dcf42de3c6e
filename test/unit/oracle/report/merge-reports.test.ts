/** Shows how the reports of shards add up, and which do not. */
import { describe, expect, it } from 'vitest';
import type { CheckReport, ReportedFault } from '../../../../src/oracle/report/check-report.js';
import { mergeReports, parseReport } from '../../../../src/oracle/report/merge-reports.js';

function fault(name: string, steps: readonly string[], count: number): ReportedFault {
  return {
    fault: name,
    rule: 'Q-06',
    kind: 'home',
    signature: name,
    count,
    index: 4,
    afterSequences: 5,
    foundOperations: 9,
    steps,
    answer: 'succeeds',
    differences: [],
    replay: 'o2r1-x',
    script: '',
  };
}

function report(shard: string, changes: Partial<CheckReport> = {}): CheckReport {
  return {
    version: 1,
    target: 'builtin:fake',
    profile: 'strict',
    judgeProfile: 'strict',
    seed: 1,
    lengthMax: 40,
    shards: [shard],
    agrees: true,
    sequences: 10,
    operations: 100,
    blind: 1,
    seconds: 2,
    cells: { 'create: base': 3 },
    faults: [],
    ...changes,
  };
}

describe('mergeReports', () => {
  it('adds counts up', () => {
    const merged = mergeReports([
      report('1/3'),
      report('2/3', { cells: { 'create: base': 1, 'get: mounted': 2 } }),
      report('3/3'),
    ]);

    expect(merged).toMatchObject({
      shards: ['1/3', '2/3', '3/3'],
      agrees: true,
      sequences: 30,
      operations: 300,
      blind: 3,
      seconds: 6,
      cells: { 'create: base': 7, 'get: mounted': 2 },
    });
  });

  it('tells a fault of several shards once, by the shortest sequence', () => {
    const long = fault('leak', ['one', 'two', 'three'], 4);
    const short = fault('leak', ['one'], 2);
    const other = fault('other', ['x'], 1);
    const merged = mergeReports([
      report('1/2', { agrees: false, faults: [long] }),
      report('2/2', { agrees: false, faults: [short, other] }),
    ]);

    expect(merged.agrees).toBe(false);
    expect(
      merged.faults.map(({ fault: name, steps, count }) => [name, steps.length, count]),
    ).toEqual([
      ['leak', 1, 6],
      ['other', 1, 1],
    ]);
  });

  it('diverges where one of them does', () => {
    expect(mergeReports([report('1/2'), report('2/2', { agrees: false })]).agrees).toBe(false);
  });

  it('refuses reports of different checks, the same shard twice, and none', () => {
    const other = report('2/2', { profile: 'moby-2019' });

    expect(() => mergeReports([report('1/2'), other])).toThrow('profile strict and moby-2019');
    expect(() => mergeReports([report('1/2'), report('1/2')])).toThrow('shard 1/2 of seed 1');
    expect(() => mergeReports([])).toThrow('no report');
    expect(mergeReports([report('1/2'), report('1/2', { seed: 2 })]).sequences).toBe(20);
  });
});

describe('parseReport', () => {
  it('reads what was written and refuses the rest, by the name of the file', () => {
    expect(parseReport(JSON.stringify(report('1/1')), 'f')).toEqual(report('1/1'));
    expect(() => parseReport('{', 'f')).toThrow('f: not JSON');
    expect(() => parseReport('null', 'f')).toThrow('f: not a report');
    expect(() => parseReport(JSON.stringify({ ...report('1/1'), version: 9 }), 'f')).toThrow(
      'f: not a report of version 1',
    );
  });
});
