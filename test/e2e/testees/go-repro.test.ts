/**
 * Establishes that a fault's Go test runs around moby's own driver, outside this project: it fails
 * while the driver does what was found, and passes where it does what is expected.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/oracle/commands/operation.js';
import type { Difference } from '../../../src/oracle/judge/divergence.js';
import { goTest } from '../../../src/oracle/report/go-test.js';
import { encodeReplay } from '../../../src/oracle/report/replay-token.js';

const CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const PEERS = process.env['OVERLAY2_REF_PEERS'] ?? join(CACHE, 'overlay2-ref/peers');
const isBuilt = existsSync(join(PEERS, 'bin/testee-go-2010'));
const TEST_MS = 300_000;

/** Every kind of step, and at the end a layer that is its own parent. */
const OPERATIONS: readonly Operation[] = [
  { op: 'create', id: 'a', parent: '', readWrite: false },
  {
    op: 'apply',
    id: 'a',
    parent: '',
    archive: [{ name: 'f', type: 'file', mode: 0o644, content: 'text' }],
  },
  { op: 'create', id: 'b', parent: 'a', readWrite: true },
  { op: 'get', id: 'b' },
  { op: 'file', id: 'b', change: { do: 'write', path: 'g', content: 'more' } },
  { op: 'walk', id: 'b' },
  { op: 'changes', id: 'b', parent: 'a' },
  { op: 'diffSize', id: 'b', parent: 'a' },
  { op: 'diff', id: 'b', parent: 'a' },
  { op: 'put', id: 'b' },
  { op: 'transfer', from: 'b', fromParent: 'a', to: 'b', toParent: 'a' },
  { op: 'metadata', id: 'b' },
  { op: 'status' },
  { op: 'restart', process: 'same' },
  { op: 'tamper', id: 'b', part: 'committed', to: 'empty' },
  { op: 'exists', id: 'b' },
  { op: 'remove', id: 'b' },
  { op: 'cleanup' },
  { op: 'create', id: 'c', parent: 'c', readWrite: false },
];

describe.skipIf(!isBuilt)(
  'the Go test of a fault (skipped where peers/setup.sh has built nothing)',
  { timeout: TEST_MS },
  () => {
    let place: string;

    beforeEach(() => {
      place = mkdtempSync(join(tmpdir(), 'go-repro-'));
    });

    afterEach(() => {
      rmSync(place, { recursive: true });
    });

    it('fails while the driver answers as was found', () => {
      const { status, output } = run('the failure syscall ENOENT', 'succeeds');

      expect(output).toContain('7. changes of b against a: succeeds: [{/g A}]');
      expect(output).toContain('19. create c on c: succeeds');
      expect(output).toContain('the last step must not succeed');
      expect(status).toBe(1);
    });

    it('passes where the driver answers as is expected', () => {
      const { status, output } = run('a success', 'fails: syscall ENOENT (…)');

      expect(output).toContain('--- PASS');
      expect(status).toBe(0);
    });

    function run(expected: string, actual: string): { status: number | null; output: string } {
      const differences = [{ subject: 'answer', expected, actual }];
      writeFileSync(join(place, 'fault_test.go'), goTest(faultOf(differences)) ?? '');
      const GOPATH = `${PEERS}/2010:${PEERS}/debian:/usr/share/gocode`;
      const { status, stdout, stderr } = spawnSync(
        'go',
        ['test', '-count=1', '-v', './fault_test.go'],
        {
          cwd: place,
          encoding: 'utf8',
          env: {
            ...process.env,
            GO111MODULE: 'off',
            GOFLAGS: '',
            GOPATH,
            GOCACHE: join(PEERS, 'gocache'),
          },
        },
      );
      return { status, output: stdout + stderr };
    }
  },
);

function faultOf(differences: readonly Difference[]): Parameters<typeof goTest>[0] {
  const replay = encodeReplay({
    target: 'program:testee-go-2010',
    profile: 'moby-20.10',
    judgeProfile: 'strict',
    seed: 1,
    index: 0,
    sequence: { surroundings: { homePadding: 3 }, operations: OPERATIONS },
  });
  return {
    fault: 'a fault',
    rule: 'Q-07',
    kind: 'answer',
    signature: 'a fault',
    count: 1,
    index: 0,
    afterSequences: 1,
    foundOperations: OPERATIONS.length,
    steps: [],
    answer: 'succeeds',
    differences,
    replay,
    script: '',
  };
}
