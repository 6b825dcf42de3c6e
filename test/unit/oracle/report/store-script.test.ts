/** Establishes that a fault of a store is told as a script of the store's own commands. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import { reproScript } from '../../../../src/oracle/report/repro-script.js';

const OPERATIONS: readonly Operation[] = [
  { op: 'create', id: "a'b", parent: '', readWrite: true },
  { op: 'create', id: 'c', parent: "a'b", readWrite: false },
  { op: 'apply', id: 'c', parent: '', archive: [{ name: 'f', type: 'file', mode: 0o644 }] },
  { op: 'get', id: 'c' },
  { op: 'file', id: 'c', change: { do: 'unlink', path: 'f' } },
  { op: 'walk', id: 'c' },
  { op: 'diff', id: 'c', parent: '' },
  { op: 'diffSize', id: 'c', parent: "a'b" },
  { op: 'changes', id: 'c', parent: '' },
  { op: 'transfer', from: 'c', fromParent: '', to: "a'b", toParent: '' },
  { op: 'umount', id: 'c' },
  { op: 'put', id: 'c' },
  { op: 'exists', id: 'c' },
  { op: 'status' },
  { op: 'remove', id: 'c' },
];

function scriptOf(operations: readonly Operation[], homePadding = 0): string {
  const sequence = { surroundings: { homePadding }, operations };
  return reproScript(sequence, { profile: 'containers-storage', replay: 'o2r1-x' });
}

it('is a script whose syntax a shell accepts, with a comment for every operation', () => {
  const script = scriptOf(OPERATIONS);

  expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0);
  expect(script.match(/^# (?!The same|Run it)/gm)).toHaveLength(OPERATIONS.length);
  expect(script).not.toContain('overlay2-ref layer');
});

it('runs these commands, in this order', () => {
  const ran = spawnSync('sh', ['-s'], {
    encoding: 'utf8',
    input: scriptOf(
      OPERATIONS.filter(({ op }) => !['file', 'walk', 'umount', 'transfer'].includes(op)),
      2,
    )
      .replace('set -x', '')
      .replace(/^cs\(\) .*$/m, 'cs() { echo "$@" >&2; cat </dev/null; }')
      .replaceAll(' | tar -tvf -', ''),
  });

  expect(ran.stderr.trim().split('\n')).toEqual([
    "create-layer --id a'b --",
    "create-layer --readonly --id c -- a'b",
    'applydiff -- c',
    'mount -- c',
    'diff -u -- c',
    "diffsize -- c a'b",
    'changes -- c',
    'unmount -- c',
    'exists --layer -- c',
    'status',
    'delete-layer -- c',
  ]);
});
