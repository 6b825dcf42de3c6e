import type { CheckReport, ReportedFault } from '../../src/oracle/report/check-report.js';

/** Gives a fault as a report has it. */
export function someFault(changes: Partial<ReportedFault> = {}): ReportedFault {
  return {
    fault: 'Q-06 home create links extra',
    rule: 'Q-06',
    kind: 'home',
    signature: 'home Q-06 create',
    count: 3,
    index: 4,
    afterSequences: 5,
    foundOperations: 9,
    steps: ['status', 'create a on b'],
    answer: 'fails: syscall ENOENT (open)',
    differences: [{ subject: 'l', expected: 'nothing', actual: '../a/diff' }],
    replay: 'o2r1-x',
    script: '#!/bin/sh\necho "<script>"\n',
    trace: {
      isSame: true,
      steps: [
        { told: 'status', answer: 'succeeds', mark: 'as allowed', changed: {}, mounts: [] },
        {
          told: 'create a on b',
          answer: 'fails',
          mark: 'diverges',
          plan: { told: 'killed before its call 2', fault: 'crash', at: 2, call: 'mkdir <x>' },
          changed: { a: 'base' },
          mounts: [{ target: '/m', flags: 0, data: 'lowerdir=<b>', dataBytes: 4096 }],
        },
      ],
      homes: { before: ['l/'], expected: ['l/'], after: ['l/', '  -> ../a/diff'] },
      allowed: [],
      disk: [{ path: 'a', before: 'nothing', after: '40700 0:0' }],
      diskLeftOut: 0,
      pageSize: 4096,
    },
    ...changes,
  };
}

/** Gives a report of a whole run of a driver in memory with some faults. */
export function reportWith(faults: readonly ReportedFault[]): CheckReport {
  return {
    version: 1,
    target: 'builtin:fake',
    profile: 'moby-2019',
    judgeProfile: 'strict',
    seed: 1,
    lengthMax: 40,
    shards: ['1/1'],
    agrees: faults.length === 0,
    sequences: 10,
    operations: 100,
    blind: 1,
    seconds: 2,
    cells: { 'create: base': 3 },
    faults,
  };
}
