/** Establishes that what goes into a chunk buffer comes out in order, by a law and by examples. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkBuffer } from '../../../../src/driver/archive/chunk-buffer.js';

const MEBIBYTE = 1 << 20;

describe('a chunk buffer', () => {
  it('gives everything back in order', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: MEBIBYTE / 2 }), { maxLength: 12 });
    fc.assert(
      fc.property(lengths, (pieces) => {
        const buffer = new ChunkBuffer();
        const taken: Uint8Array[] = [];
        pieces.forEach((length, i) => {
          buffer.append(new Uint8Array(length).fill(i + 1));
          if (buffer.isDue) taken.push(...buffer.take());
        });
        taken.push(...buffer.take());

        const expected = pieces.map((length, i) => Buffer.alloc(length, i + 1));
        expect(Buffer.concat(taken).equals(Buffer.concat(expected))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('is due at half a mebibyte', () => {
    const buffer = new ChunkBuffer();
    buffer.append(new Uint8Array(MEBIBYTE / 2 - 1));

    expect(buffer.isDue).toBe(false);
    buffer.append(new Uint8Array(1));

    expect(buffer.isDue).toBe(true);
  });

  it('takes a piece larger than itself', () => {
    const buffer = new ChunkBuffer();
    buffer.append(new Uint8Array(10).fill(1));
    buffer.append(new Uint8Array(3 * MEBIBYTE).fill(2));

    expect(buffer.take().map((chunk) => chunk.length)).toEqual([10, 3 * MEBIBYTE]);
  });

  it('counts of its room only what was filled, and zeros are zeros', () => {
    const buffer = new ChunkBuffer();
    buffer.room(100).fill(7);
    buffer.advance(2, 100);
    buffer.appendZeros(3);

    expect(buffer.take()).toEqual([Uint8Array.of(7, 7, 0, 0, 0)]);
    expect(buffer.take()).toEqual([]);
  });
});
