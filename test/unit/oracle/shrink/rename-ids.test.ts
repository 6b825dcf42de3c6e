// Establishes that layers of a sequence are named more plainly, and nothing else is.
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import { renamings } from '../../../../src/oracle/shrink/rename-ids.js';

/** All the names at once. */
function renamed(operations: readonly Operation[]): readonly Operation[] {
  return renamings(operations).reduce((before, rename) => rename(before), operations);
}

describe('the names of layers', () => {
  it('become letters wherever they stand', () => {
    const operations: readonly Operation[] = [
      { op: 'create', id: 'base', parent: '', readWrite: false },
      { op: 'tamper', id: 'base', part: 'lower', to: { text: '{link:base}' } },
    ];

    expect(renamed(operations)).toEqual([
      { op: 'create', id: 'a', parent: '', readWrite: false },
      { op: 'tamper', id: 'a', part: 'lower', to: { text: '{link:a}' } },
    ]);
  });

  it.each(['missing', 'empty'] as const)('are not what becomes of metadata: %s', (to) => {
    const operations: readonly Operation[] = [{ op: 'tamper', id: 'a', part: 'symlink', to }];

    expect(renamed(operations)).toEqual(operations);
  });
});
