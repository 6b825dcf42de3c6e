/**
 * Establishes what sequences keep of themselves where the command line of a store performs them,
 * that every report tells what they lose, and that paths in Go's quotes are read byte for byte.
 */
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import * as literals from '../../../../src/oracle/targets/containers-storage/bytes-of-literal.js';
import {
  fitToStore,
  skipsOfStore,
} from '../../../../src/oracle/targets/containers-storage/fit-to-store.js';

const create = (id: string, parent = ''): Operation => ({
  op: 'create',
  id,
  parent,
  readWrite: false,
});

function fit(...operations: Operation[]): readonly Operation[] {
  return fitToStore({ surroundings: { homePadding: 0 }, operations }).operations;
}

describe('a sequence for a store', () => {
  it.each(['', '.', '..', 'l', 'a/b', '/a', 'a\0', 'x'.repeat(256)])(
    'loses what the id %j would do to the machine',
    (id) => {
      const kept = create('a');
      expect(fit(kept, create(id, 'a'), { op: 'put', id })).toEqual([kept]);
    },
  );

  it('loses what names such an id as a parent, and keeps what names none', () => {
    const transfer = { op: 'transfer', from: 'a', fromParent: '', to: 'b', toParent: '' } as const;
    const kept = [create('a'), transfer];
    expect(fit(...kept, create('b', '..'), { ...transfer, toParent: '../a' })).toEqual(kept);
  });

  it('loses what no command does, labels and storage options', () => {
    const layer: Operation = {
      op: 'create',
      id: 'a',
      parent: '',
      readWrite: false,
      storage: [['size', '1']],
    };
    const kept = fit(layer, { op: 'get', id: 'a', label: 'x' }, { op: 'cleanup' });
    expect(kept).toEqual([create('a'), { op: 'get', id: 'a' }]);
  });

  it('loses paths that a longer archive names again', () => {
    const archiveOf = (...names: string[]): Operation => ({
      op: 'apply',
      id: 'a',
      parent: '',
      archive: names.map((name) => ({ name, type: 'file', mode: 0o644 })),
    });
    const kept = [archiveOf('f', './f'), archiveOf('f', 'd/f', 'd/./g')];
    expect(fit(...kept)).toEqual(kept);
    expect(fit(archiveOf('f', 'd/', './f', 'd', 'd//f', 'd/f'))).toEqual([
      archiveOf('f', 'd/', 'd//f'),
    ]);
  });

  it('is told of with a reason for each', () => {
    const skips = skipsOfStore();
    expect(skips.map(({ what }) => what)).toEqual(expect.arrayContaining(['Cleanup', 'restarts']));
    for (const { reason } of skips) expect(reason).not.toBe('');
  });
});

describe('a path in the quotes of Go', () => {
  it.each([
    [String.raw`"/a b"`, [...Buffer.from('/a b')]],
    [String.raw`"/\xff"`, [0x2f, 0xff]],
    [String.raw`"/\\xff"`, [...Buffer.from(String.raw`/\xff`)]],
    [String.raw`"/\\\xfeö\n"`, [...Buffer.from('/\\'), 0xfe, ...Buffer.from('ö\n')]],
  ])('%s is read byte for byte', (literal, bytes) => {
    expect([...literals.bytesOfLiteral(literal)]).toEqual(bytes);
  });
});
