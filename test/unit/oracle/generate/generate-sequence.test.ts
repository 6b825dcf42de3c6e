/** Shows that a seed determines its sequences, and that they have what a search needs. */
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import type { Sequence } from '../../../../src/oracle/commands/sequence.js';
import { ODD_IDS } from '../../../../src/oracle/generate/alphabet.js';
import { generateSequence } from '../../../../src/oracle/generate/generate-sequence.js';
import { absoluteLength, relativeLength } from '../../../../src/oracle/generate/generate-page.js';
import { generateLongLower } from '../../../../src/oracle/generate/generate-deep.js';
import { generateEveryWay } from '../../../../src/oracle/generate/generate-every-way.js';
import { generateRound } from '../../../../src/oracle/generate/generate-round.js';
import { Shadow } from '../../../../src/oracle/generate/shadow.js';
import { SeededRandom } from '../../../../src/oracle/generate/random.js';

const FACTS = { homeLength: 17, paddingMax: 200, indexOff: true, pageSize: 4096 };

function sequences(seed: number, count: number): readonly Sequence[] {
  return Array.from({ length: count }, (_, index) =>
    generateSequence(FACTS, { seed, index, lengthMax: 40 }),
  );
}

describe('generateSequence', () => {
  it('gives the same sequences for the same seed, and others for another', () => {
    const [first, again, other] = [sequences(1, 50), sequences(1, 50), sequences(2, 50)];

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first.map((one) => JSON.stringify(one))).size).toBeGreaterThan(45);
  });

  it('keeps to the length that was asked for, and to all of it when it is to be full', () => {
    const lengths = Array.from({ length: 200 }, (_, index) => {
      const full = { seed: 3, index, lengthMax: 12, isFull: true };
      return generateSequence(FACTS, full).operations.length;
    });
    const free = sequences(3, 300).filter(({ surroundings }) => surroundings.homePadding === 0);

    expect(new Set(lengths)).toEqual(new Set([12]));
    const long = free.filter(({ operations }) => operations.length > 40);
    expect(long.every(({ operations }) => operations.length > 128)).toBe(true);
    expect(long.length).toBeLessThan(5);
    expect(free.filter(({ operations }) => operations.length <= 6).length).toBeGreaterThan(60);
  });

  it('makes every kind of operation, and names that a careful driver refuses', () => {
    const operations = sequences(4, 1500).flatMap((sequence) => sequence.operations);
    const names = new Set(operations.map(({ op }) => op));
    const ids = new Set(operations.flatMap((one) => ('id' in one ? [one.id] : [])));

    expect([...names].sort()).toEqual(
      [
        'apply',
        'changes',
        'cleanup',
        'create',
        'diff',
        'diffSize',
        'exists',
        'file',
        'get',
        'metadata',
        'put',
        'remove',
        'restart',
        'status',
        'tamper',
        'transfer',
        'umount',
        'walk',
      ].sort(),
    );
    expect(ODD_IDS.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('mostly names layers that are there', () => {
    const gets = sequences(5, 400).flatMap(({ operations }) =>
      operations.flatMap((one, i) => (one.op === 'get' ? [[one, operations.slice(0, i)]] : [])),
    ) as readonly (readonly [{ readonly id: string }, readonly Operation[]])[];
    const found = gets.filter(([{ id }, before]) =>
      before.some((one) => one.op === 'create' && one.id === id),
    );

    expect(found.length / gets.length).toBeGreaterThan(0.7);
  });
});

describe('sequences of a purpose', () => {
  const random = new SeededRandom(6);
  const many = <T>(make: () => T): readonly T[] => Array.from({ length: 200 }, make);

  it('take what was changed in one layer to another on the same base, and look at it', () => {
    const rounds = many(() =>
      generateRound({ random, shadow: new Shadow(), ids: ['a', 'b', 'c'], oddIds: [] }),
    );
    const taken = rounds.filter((round) => round.some(({ op }) => op === 'transfer'));

    expect(taken.length).toBeGreaterThan(100);
    for (const round of taken) {
      expect(round.slice(-3)).toEqual([
        { op: 'transfer', from: 'b', fromParent: 'a', to: 'c', toParent: 'a' },
        { op: 'get', id: 'c' },
        { op: 'walk', id: 'c' },
      ]);
    }
    expect(rounds.filter((round) => round.some(({ op }) => op === 'file')).length).toBeGreaterThan(
      100,
    );
  });

  it('call every method with an id that no file system takes', () => {
    const tooLong = 'x'.repeat(256);
    const called = many(() => generateEveryWay(random).operations)
      .flat()
      .flatMap((one) => ('id' in one && one.id === tooLong ? [one.op] : []));

    expect([...new Set(called)].sort()).toEqual(
      ['apply', 'changes', 'create', 'diff', 'diffSize', 'exists', 'get'].concat([
        'metadata',
        'put',
        'remove',
      ]),
    );
  });

  it('write a chain into a layer that ends at the greatest depth or just before', () => {
    const lengths = many(() => generateLongLower(random).operations)
      .flat()
      .flatMap((one) => {
        if (one.op !== 'tamper' || typeof one.to === 'string') return [];
        return [one.to.text.split('l/').length - 1];
      });

    expect(new Set(lengths)).toEqual(new Set([126, 127, 128]));
  });
});

describe('lengths of mount data', () => {
  it.each([
    [24, 64, 71, 225 + 54 * 71],
    [24, 64, 1, 225 + 54],
  ])('home of %i, id of %i, %i lowers, writable: %i bytes', (homeLength, idLength, lowers, all) => {
    const measured = { homeLength, idLength, lowers, indexOff: true, readOnly: false };

    expect(absoluteLength(measured)).toBe(all);
  });

  it('is 3887 bytes for 128 lowers by relative paths', () => {
    const measured = { idLength: 64, lowers: 128, indexOff: true, readOnly: false };

    expect(relativeLength(measured)).toBe(3887);
  });

  it('is shorter without an upper directory', () => {
    const measured = { homeLength: 10, idLength: 3, lowers: 2, indexOff: false, readOnly: true };
    const data = `lowerdir=${'h'.repeat(10)}/iii/diff:${'h'.repeat(10)}/l/${'L'.repeat(26)}:`;

    expect(absoluteLength(measured)).toBe(data.length + 10 + 3 + 26);
  });
});

describe('SeededRandom', () => {
  it('stays in its bounds and reaches all of them', () => {
    const random = new SeededRandom(9, 4);
    const seen = new Set(Array.from({ length: 500 }, () => random.between(3, 7)));

    expect(seen).toEqual(new Set([3, 4, 5, 6, 7]));
  });

  it('chooses by weight and never what weighs nothing', () => {
    const random = new SeededRandom(1);
    const chosen = Array.from({ length: 1000 }, () =>
      random.weighted([
        [9, 'often'],
        [0, 'never'],
        [1, 'seldom'],
      ] as const),
    );
    const often = chosen.filter((one) => one === 'often').length;

    expect(chosen).not.toContain('never');
    expect(often).toBeGreaterThan(850);
    expect(often).toBeLessThan(950);
  });

  it('differs from stream to stream', () => {
    const first = Array.from({ length: 20 }, (_, stream) => new SeededRandom(1, stream).next());

    expect(new Set(first).size).toBe(20);
  });
});
