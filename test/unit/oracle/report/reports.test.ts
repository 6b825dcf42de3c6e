/** Shows what is told of a fault: to people, as JUnit, and as a shell script that runs. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import type { CampaignResult } from '../../../../src/oracle/judge/campaign.js';
import { reportOf } from '../../../../src/oracle/report/check-report.js';
import { formatReport } from '../../../../src/oracle/report/format-report.js';
import { junitOf } from '../../../../src/oracle/report/junit.js';
import { decodeReplay } from '../../../../src/oracle/report/replay-token.js';
import { shellScript } from '../../../../src/oracle/report/shell-script.js';

const SETTINGS = {
  target: 'builtin:fake',
  profile: 'moby-2019',
  judgeProfile: 'strict',
  seed: 7,
  lengthMax: 40,
} as const;
const CREATE: Operation = { op: 'create', id: 'a', parent: 'b', readWrite: false };

function result(message = 'open «b»'): CampaignResult {
  return {
    sequences: 12,
    operations: 99,
    blind: 0,
    cells: new Map([['create: base', 2]]),
    findings: new Map([
      [
        'Q-06 home create',
        {
          fault: 'Q-06 home create',
          count: 3,
          index: 5,
          afterSequences: 6,
          foundOperations: 8,
          sequence: { surroundings: { homePadding: 0 }, operations: [CREATE] },
          divergence: {
            kind: 'home',
            index: 0,
            operation: CREATE,
            answer: { ok: false, code: 'syscall', errno: 'ENOENT', message },
            rule: 'Q-06',
            signature: 'home',
            differences: [{ subject: 'l', expected: 'nothing', actual: '../a/diff' }],
            isDisturbed: false,
          },
        },
      ],
    ]),
  };
}

describe('formatReport', () => {
  it('tells what broke, the sequence, both sides, the rule and the replay', () => {
    const report = reportOf(SETTINGS, { index: 1, of: 1 }, result(), 1.5);
    const text = formatReport(report);

    expect(text.split('\n').slice(0, 10)).toEqual([
      '1. builtin:fake diverges from strict after "create a on b": l is not as it has to be',
      '   rule: Q-06 (a failed create leaks its symlink)',
      '   compared: disk',
      '   shortest sequence, seen in 3 of the sequences:',
      '     1. create a on b',
      '   the last one fails: syscall ENOENT (open «b»)',
      '     l',
      '       - expected nothing',
      '       + actual   ../a/diff',
      `   replay: overlay2-ref replay ${report.faults[0]?.replay}`,
    ]);
    expect(text).toContain('diverges from strict: one fault; 12 sequences, 99 operations in 1.5 s');
    expect(decodeReplay(report.faults[0]?.replay ?? '').sequence.operations).toEqual([CREATE]);
  });

  it('lets no text steer a terminal', () => {
    const report = reportOf(SETTINGS, { index: 1, of: 1 }, result('\u001b[2J\u0000'), 1);

    expect(formatReport(report)).toContain('\\x1b[2J\\x00');
    expect(formatReport(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('says that a target agrees', () => {
    const clean = { ...result(), findings: new Map(), blind: 4 };

    expect(formatReport(reportOf(SETTINGS, { index: 1, of: 2 }, clean, 2))).toBe(
      'builtin:fake agrees with strict: 12 sequences, 99 operations in 2.0 s, ' +
        '4 operations beyond the model\n',
    );
  });
});

describe('junitOf', () => {
  it('has a case for what agrees and a failure for each fault, well escaped', () => {
    const xml = junitOf(reportOf(SETTINGS, { index: 1, of: 1 }, result('<&"\u0001>'), 1));

    expect(xml).toContain('<testsuites tests="2" failures="1" errors="0">');
    expect(xml).toContain('name="Q-06 home create"');
    expect(xml).toContain('&lt;&amp;&quot;');
    expect(xml.match(/<testcase /g)).toHaveLength(2);
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });
});

const ALL: readonly Operation[] = [
  { op: 'create', id: "it's", parent: '-x', readWrite: true, storage: [['size', '0']] },
  { op: 'get', id: 'a', label: 'q"u' },
  { op: 'file', id: 'a', change: { do: 'write', path: "d/'e", content: "%\\'\u0000ÿ" } },
  {
    op: 'file',
    id: 'a',
    change: { do: 'mknod', path: 's', kind: 'socket', mode: 0, major: 0, minor: 0 },
  },
  {
    op: 'file',
    id: 'a',
    change: { do: 'mknod', path: 'c', kind: 'character', mode: 0o644, major: 1, minor: 3 },
  },
  { op: 'file', id: 'a', change: { do: 'utimes', path: 'd', mtime: [1, 5] } },
  { op: 'file', id: 'a', change: { do: 'setxattr', path: 'd', name: 'user.k', value: 'v' } },
  { op: 'file', id: 'a', change: { do: 'rename', path: 'd', to: 'e' } },
  {
    op: 'apply',
    id: 'a',
    parent: '',
    archive: [{ name: 'f', type: 'file', mode: 0o644, content: 'x' }],
  },
  { op: 'transfer', from: 'a', fromParent: '', to: 'b', toParent: '' },
  { op: 'tamper', id: 'a', part: 'lower', to: { text: 'l/{link:b}:x y' } },
  { op: 'tamper', id: 'a', part: 'symlink', to: 'missing' },
  { op: 'tamper', id: 'a', part: 'diff', to: 'empty' },
  { op: 'diff', id: 'a', parent: 'b' },
  { op: 'diffSize', id: 'a', parent: '' },
  { op: 'changes', id: 'a', parent: '' },
  { op: 'umount', id: 'a' },
  { op: 'walk', id: 'a' },
  { op: 'restart', process: 'new' },
  { op: 'cleanup' },
  { op: 'status' },
  { op: 'metadata', id: 'a' },
  { op: 'exists', id: 'a' },
  { op: 'put', id: 'a' },
  { op: 'remove', id: 'a' },
];

describe('shellScript', () => {
  it('is a script whose syntax a shell accepts, with a comment for every operation', () => {
    const sequence = { surroundings: { homePadding: 2 }, operations: ALL };
    const script = shellScript(sequence, { profile: 'strict', replay: 'o2r1-x' });
    const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(script.match(/^# /gm)?.length).toBe(ALL.length + 1);
    expect(script).toContain('/overlay2xx');
  });

  it('quotes what a shell would read otherwise', () => {
    const sequence = { surroundings: { homePadding: 0 }, operations: ALL.slice(0, 3) };
    const script = shellScript(sequence, { profile: 'strict', replay: 'x' });

    expect(script).toContain(`layer create --rw --parent -x --storage-opt size=0 -- 'it'\\''s'`);
    expect(script).toContain(`--label 'q"u' -- a`);
    const printed = /printf (.*) > /.exec(script)?.[1] ?? '';
    const { stdout } = spawnSync('sh', ['-c', `printf ${printed}`], { encoding: 'latin1' });
    expect(stdout).toBe("%\\'\u0000ÿ");
  });
});
