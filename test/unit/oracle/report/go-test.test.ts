// Establishes what a fault's Go test states at its end, which faults have none, and that Go's own
// formatter reads it where there is one.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import type { Difference } from '../../../../src/oracle/judge/divergence.js';
import { goTest } from '../../../../src/oracle/report/go-test.js';
import { encodeReplay } from '../../../../src/oracle/report/replay-token.js';

type Fault = Parameters<typeof goTest>[0];

const OPERATIONS: readonly Operation[] = [
  { op: 'create', id: 'a"\\', parent: '', readWrite: false, storage: [['size', '1G']] },
  { op: 'apply', id: 'a', parent: '', archive: [{ name: 'f', type: 'file', mode: 0o644 }] },
  { op: 'get', id: 'a' },
  { op: 'walk', id: 'a' },
  { op: 'umount', id: "a'b" },
];

function faultOf(difference: Difference, kind: Fault['kind'] = 'answer'): Fault {
  const replay = encodeReplay({
    target: 'builtin:fake',
    profile: 'moby-2019',
    judgeProfile: 'strict',
    seed: 1,
    index: 0,
    sequence: { surroundings: { homePadding: 0 }, operations: OPERATIONS },
  });
  return {
    fault: 'f',
    rule: 'Q-07',
    kind,
    signature: 'f',
    count: 1,
    index: 0,
    afterSequences: 1,
    foundOperations: 1,
    steps: [],
    answer: 'succeeds',
    differences: [difference],
    replay,
    script: '',
  };
}

const answer = (expected: string): Difference => ({ subject: 'answer', expected, actual: '…' });

describe('the Go test of a fault', () => {
  it.each([
    ['a success', 'r.wantAnswer(true, false)'],
    ['the failure syscall EEXIST', 'r.wantAnswer(false, true, syscall.EEXIST)'],
    ['the failure max-depth', 'r.wantAnswer(false, true)'],
    ['a success or the failure syscall EBUSY', 'r.wantAnswer(true, true, syscall.EBUSY)'],
  ])('wants %s', (expected, statement) => {
    expect(goTest(faultOf(answer(expected)))).toContain(`\t${statement}\n`);
  });

  it('wants a file that has to be there', () => {
    const difference = { subject: 'a/committed', expected: 'there', actual: 'missing' };

    expect(goTest(faultOf(difference))).toContain('r.wantFile("a/committed", true)');
  });

  it.each(['fault', 'schedule', 'protocol'] as const)('is not made of a %s', (kind) => {
    expect(goTest(faultOf(answer('a success'), kind))).toBeUndefined();
  });

  const hasGofmt = spawnSync('gofmt', ['-h']).error === undefined;
  it.skipIf(!hasGofmt)('is Go (skipped where there is no gofmt)', () => {
    const input = goTest(faultOf(answer('a success'))) ?? '';
    const { status, stderr } = spawnSync('gofmt', ['-e'], { input, encoding: 'utf8' });

    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
