/** Shows that shrinking keeps the fault, and that nothing can be left out of what it gives. */
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import type { Sequence } from '../../../../src/oracle/commands/sequence.js';
import type { Divergence } from '../../../../src/oracle/judge/divergence.js';
import { type Reproduce, shrinkSequence } from '../../../../src/oracle/shrink/shrink-sequence.js';

const NOISE: readonly Operation[] = [
  { op: 'status' },
  { op: 'exists', id: 'abc' },
  { op: 'cleanup' },
  { op: 'get', id: 'abc', label: 'x' },
];
const CREATE: Operation = {
  op: 'create',
  id: 'abc',
  parent: 'ab',
  readWrite: true,
  storage: [['size', '0']],
};
const REMOVE: Operation = { op: 'remove', id: 'abc' };

function sequence(...operations: readonly Operation[]): Sequence {
  return { surroundings: { homePadding: 3 }, operations };
}

function divergenceAt(index: number, operation: Operation, rule = 'Q-20'): Divergence {
  return {
    kind: 'answer',
    index,
    operation,
    answer: { ok: true, value: { kind: 'nothing' } },
    rule,
    signature: rule,
    differences: [],
    isDisturbed: false,
  };
}

/** Diverges where an id that was created is removed; another fault shows without any create. */
const reproduce: Reproduce = async ({ operations }) => {
  const created = new Set<string>();
  for (const [index, operation] of operations.entries()) {
    if (operation.op === 'create') created.add(operation.id);
    if (operation.op !== 'remove') continue;
    if (created.has(operation.id)) return divergenceAt(index, operation);
    return divergenceAt(index, operation, 'Q-21');
  }
  return undefined;
};

describe('shrinkSequence', () => {
  it('leaves what the fault needs, in its plainest form', async () => {
    const found = sequence(...NOISE, CREATE, ...NOISE, REMOVE, ...NOISE);
    const shrunk = await shrinkSequence(
      { sequence: found, divergence: divergenceAt(9, REMOVE) },
      reproduce,
      1000,
    );

    expect(shrunk.sequence).toEqual({
      surroundings: { homePadding: 0 },
      operations: [
        { op: 'create', id: 'a', parent: '', readWrite: false },
        { op: 'remove', id: 'a' },
      ],
    });
    expect(shrunk.divergence.rule).toBe('Q-20');
    expect(shrunk.divergence.index).toBe(1);
  });

  it('ends after the runs that it may make, with what it has', async () => {
    const found = sequence(...NOISE, CREATE, ...NOISE, REMOVE);
    let runs = 0;
    const counted: Reproduce = (shorter) => {
      runs += 1;
      return reproduce(shorter);
    };
    const shrunk = await shrinkSequence(
      { sequence: found, divergence: divergenceAt(9, REMOVE) },
      counted,
      3,
    );

    expect({ runs, told: shrunk.runs }).toEqual({ runs: 3, told: 3 });
    expect(shrunk.sequence.operations.at(-1)).toEqual(REMOVE);
  });

  it('makes archives and changes smaller while the fault needs no more of them', async () => {
    const apply: Operation = {
      op: 'apply',
      id: 'a',
      parent: '',
      archive: [
        { name: 'd', type: 'directory', mode: 0o1777 },
        { name: 'd/f', type: 'file', mode: 0o600, content: 'hello', mtime: [1, 2], uid: 3 },
      ],
    };
    const needsFile: Reproduce = async ({ operations }) => {
      const index = operations.findIndex(
        (one) => one.op === 'apply' && one.archive.some(({ type }) => type === 'file'),
      );
      return index < 0 ? undefined : divergenceAt(index, operations[index] as Operation);
    };
    const found = { sequence: sequence(apply), divergence: divergenceAt(0, apply) };
    const { operations } = (await shrinkSequence(found, needsFile, 1000)).sequence;

    expect(operations).toEqual([
      { ...apply, archive: [{ name: 'f', type: 'file', mode: 0o644, content: '' }] },
    ]);
  });
});
