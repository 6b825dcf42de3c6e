/**
 * Establishes how mount points are counted, by the histories of the reference, on a statfs that is
 * scripted.
 */
import { describe, expect, it } from 'vitest';
import { FS_MAGIC } from '../../../src/domain/host/backing-fs.js';
import { isOverlay, RefCounter } from '../../../src/driver/ref-counter.js';
import type { FileSystem } from '../../../src/ports/file-system.js';
import { failure, partOf } from '../../helpers/part-of.js';

interface Scripted {
  readonly counter: RefCounter;
  readonly mounted: Set<string>;
  /** Paths that were asked about. */
  readonly asked: string[];
}

function scripted(...mountedPaths: readonly string[]): Scripted {
  const mounted = new Set(mountedPaths);
  const asked: string[] = [];
  const fs = partOf<FileSystem>({
    statfs: async (path) => {
      asked.push(path);
      // The kernel answers later, so that callers can get in between.
      await new Promise((resolve) => setImmediate(resolve));
      return { type: mounted.has(path) ? FS_MAGIC.OVERLAY : 0xef53, readOnly: false };
    },
  });
  return { counter: new RefCounter(fs), mounted, asked };
}

describe('RefCounter', () => {
  it('counts 1 for the first user of what is not mounted', async () => {
    const { counter } = scripted();
    expect([await counter.increment('m'), await counter.increment('m')]).toEqual([1, 2]);
    expect([await counter.decrement('m'), await counter.decrement('m')]).toEqual([1, 0]);
  });

  it('counts what an earlier process mounted as a user', async () => {
    const { counter } = scripted('m');
    expect(await counter.increment('m')).toBe(2);
    expect([await counter.decrement('m'), await counter.decrement('m')]).toEqual([1, 0]);
  });

  it('takes the user of an inherited mount away at once', async () => {
    expect(await scripted('m').counter.decrement('m')).toBe(0);
  });

  it('gives -1 for one too many and forgets it', async () => {
    const { counter } = scripted();
    expect(await counter.decrement('m')).toBe(-1);
    expect(await counter.increment('m')).toBe(1);
  });

  it('asks the kernel once while it counts, and again after the last user', async () => {
    const { counter, mounted, asked } = scripted();
    await counter.increment('m');
    mounted.add('m');
    expect(await counter.increment('m')).toBe(2);
    expect(asked).toEqual(['m']);
    await counter.decrement('m');
    await counter.decrement('m');

    expect(await counter.increment('m')).toBe(2);
    expect(asked).toEqual(['m', 'm']);
  });

  it('counts each of two callers that come while the kernel is asked', async () => {
    const { counter, asked } = scripted('m');
    expect(await Promise.all([counter.increment('m'), counter.increment('m')])).toEqual([2, 3]);
    expect(asked).toEqual(['m']);
    expect(await Promise.all([counter.decrement('m'), counter.increment('m')])).toEqual([2, 3]);
  });

  it('keeps paths apart, and forgets one or all', async () => {
    const { counter } = scripted();
    await counter.increment('a');
    await counter.increment('b');
    counter.forget('a');
    expect([await counter.increment('a'), await counter.increment('b')]).toEqual([1, 2]);
    counter.forgetAll();
    expect([await counter.increment('a'), await counter.increment('b')]).toEqual([1, 1]);
  });
});

describe('isOverlay', () => {
  it('takes what statfs cannot tell for no', async () => {
    const fs = partOf<FileSystem>({
      statfs: async (path) => {
        throw failure('ENOENT', 'statfs', path);
      },
    });
    expect(await isOverlay(fs, 'm')).toBe(false);
  });

  it('does not hide what is no failed call', async () => {
    const fs = partOf<FileSystem>({
      statfs: async () => {
        throw new TypeError('a mistake');
      },
    });
    await expect(isOverlay(fs, 'm')).rejects.toThrow('a mistake');
  });
});
