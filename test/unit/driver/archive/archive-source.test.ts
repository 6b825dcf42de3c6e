/** Establishes that a failing stream looks like one that ends, and that its failure is kept. */
import { describe, expect, it } from 'vitest';
import { ArchiveSource } from '../../../../src/driver/archive/archive-source.js';
import { collect } from '../../../helpers/archives.js';

describe('the source of an archive', () => {
  it('gives the stream as it is', async () => {
    const source = new ArchiveSource(
      (async function* () {
        yield Buffer.from('ab').subarray(1);
        yield Uint8Array.of(0x63);
      })(),
    );

    expect((await collect(source)).toString()).toBe('bc');
    expect(source.failure).toBeUndefined();
  });

  it('ends where the stream fails, and keeps the failure', async () => {
    const error = new Error('pulled out');
    const source = new ArchiveSource(
      (async function* () {
        yield Uint8Array.of(0x61);
        throw error;
      })(),
    );

    expect((await collect(source)).toString()).toBe('a');
    expect(source.failure).toEqual({ error });
  });

  it('tells the stream when nobody reads on', async () => {
    let isReleased = false;
    const source = new ArchiveSource(
      (async function* () {
        try {
          yield Uint8Array.of(1);
          yield Uint8Array.of(2);
        } finally {
          isReleased = true;
        }
      })(),
    );

    const chunks = source[Symbol.asyncIterator]();
    await chunks.next();
    await chunks.return();

    expect(isReleased).toBe(true);
  });
});
