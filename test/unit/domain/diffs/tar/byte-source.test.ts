// Establishes how pieces are cut out of a chunked stream, at and across the edges of chunks.
import { describe, expect, it } from 'vitest';
import { ByteSource } from '../../../../../src/domain/diffs/tar/byte-source.js';

async function* chunks(...lists: number[][]): AsyncGenerator<Uint8Array> {
  for (const list of lists) yield Uint8Array.from(list);
}

describe('ByteSource', () => {
  it('takes at once what the chunk holds past what is left out', async () => {
    const source = new ByteSource(chunks([1, 2, 3, 4, 5, 6]));
    await source.take(1);

    expect(source.takeNow(2, 1)).toStrictEqual(Uint8Array.of(3, 4));
    expect(source.takeNow(2, 1)).toBeUndefined();
    expect(source.takeNow(2, 0)).toStrictEqual(Uint8Array.of(5, 6));
    expect(source.takeNow(1, 0)).toBeUndefined();
  });

  it('takes nothing at once that begins with zero, and does not move', async () => {
    const source = new ByteSource(chunks([1, 0, 2]));
    await source.take(1);

    expect(source.takeNow(1, 0)).toBeUndefined();
    expect(await source.take(2)).toStrictEqual(Uint8Array.of(0, 2));
  });

  it('takes across chunks, empty ones too, and less at the end', async () => {
    const source = new ByteSource(chunks([1, 2], [], [3], [4, 5]));

    expect(await source.take(4)).toStrictEqual(Uint8Array.of(1, 2, 3, 4));
    expect(await source.take(4)).toStrictEqual(Uint8Array.of(5));
    expect(await source.take(4)).toStrictEqual(new Uint8Array(0));
  });

  it('does not read on for what the chunk holds', async () => {
    let asked = 0;
    const source = new ByteSource(
      (async function* () {
        for (;;) {
          asked += 1;
          yield Uint8Array.of(1, 2, 3);
        }
      })(),
    );

    await source.take(0);
    expect(asked).toBe(0);
    await source.take(3);
    expect(asked).toBe(1);
    await source.take(0);
    await source.skip(3);
    expect(asked).toBe(2);
  });

  it('takes some bytes of one chunk at a time', async () => {
    const source = new ByteSource(chunks([1, 2, 3], [4]));

    expect(await source.takeSome(2)).toStrictEqual(Uint8Array.of(1, 2));
    expect(await source.takeSome(2)).toStrictEqual(Uint8Array.of(3));
    expect(await source.takeSome(2)).toStrictEqual(Uint8Array.of(4));
    expect(await source.takeSome(2)).toBeUndefined();
    await expect(source.takeSome(0)).rejects.toThrow('at least one byte');
  });

  it('tells how much of what it skips is missing', async () => {
    const source = new ByteSource(chunks([1, 2], [3, 4]));

    expect(await source.skip(3)).toBe(0);
    expect(await source.take(1)).toStrictEqual(Uint8Array.of(4));
    expect(await source.skip(3)).toBe(3);
    expect(await source.skip(0)).toBe(0);
  });
});
