/** Shows which faults are let pass as known, and what is said of those that did not happen. */
import { describe, expect, it } from 'vitest';
import type { CheckReport, ReportedFault } from '../../../../src/oracle/report/check-report.js';
import { markKnown, updateKnown } from '../../../../src/oracle/report/known.js';
import { parseKnown } from '../../../../src/oracle/report/known-disagreement.js';
import { reportWith, someFault } from '../../../helpers/some-report.js';

const FAULT: ReportedFault = someFault();
const REPORT: CheckReport = reportWith([FAULT]);
const ENTRY = {
  target: 'builtin:fake',
  rule: 'Q-06',
  pattern: 'create a on b',
  reason: 'as the seed does',
};

describe('known disagreements', () => {
  it('let a fault pass by its rule and its line', () => {
    const marked = markKnown(REPORT, [ENTRY]);

    expect(marked).toMatchObject({ agrees: true, stale: [] });
    expect(marked.faults[0]?.known).toEqual({ reason: 'as the seed does' });
  });

  it('let nothing pass of another rule, another target or another line', () => {
    for (const other of [{ rule: 'Q-07' }, { target: 'x' }, { pattern: 'remove' }]) {
      expect(markKnown(REPORT, [{ ...ENTRY, ...other }])).toMatchObject({ agrees: false });
    }
  });

  it('fail a run in which they do not happen, and are named', () => {
    const marked = markKnown(reportWith([]), [ENTRY]);

    expect(marked).toMatchObject({ agrees: false, stale: [ENTRY] });
  });

  it('are not missed by a run that was interrupted or is one part of several', () => {
    const parts = [{ interrupted: true }, { shards: ['1/2'] }];

    for (const part of parts) {
      expect(markKnown({ ...reportWith([]), ...part }, [ENTRY])).toMatchObject({ stale: [] });
    }
  });

  it('are written anew: what happens stays, what does not goes, what is new comes', () => {
    const stale = { ...ENTRY, pattern: 'nowhere' };
    const foreign = { ...ENTRY, target: 'builtin:linux' };
    const other = someFault({ fault: 'new (fault)', rule: '', steps: ['status'] });
    const next = updateKnown(reportWith([FAULT, other]), [ENTRY, stale, foreign]);

    expect(next.slice(0, 2)).toEqual([ENTRY, foreign]);
    expect(next).toHaveLength(3);
    expect(markKnown(reportWith([FAULT, other]), next).agrees).toBe(true);
  });

  it('are refused by the name of the file and of what is wrong', () => {
    expect(parseKnown(JSON.stringify([ENTRY]), 'f')).toEqual([ENTRY]);
    expect(() => parseKnown('{', 'f')).toThrow('f: not JSON');
    expect(() => parseKnown('[{"target":"x"}]', 'f')).toThrow('f: 0.rule');
    const wrong = JSON.stringify([{ ...ENTRY, pattern: '(' }]);
    expect(() => parseKnown(wrong, 'f')).toThrow('f: 0.pattern: not a regular expression');
  });
});
