/** Establishes how temporary names are drawn, and that one which is taken is drawn again. */
import { expect, it } from 'vitest';
import type { Ports } from '../../../src/driver/context.js';
import { makeTempDirectory, makeTempFile } from '../../../src/driver/temp-names.js';
import { failure, partOf } from '../../helpers/part-of.js';

/** Random numbers in order, the last one for ever, and a directory where some names are taken. */
function scripted(numbers: readonly number[], taken: readonly string[] = []) {
  const calls: string[] = [];
  let at = 0;
  const make = (call: string, path: string, mode: number): void => {
    calls.push(`${call} ${path} ${mode.toString(8)}`);
    if (taken.includes(path)) throw failure('EEXIST', call, path);
  };
  const ports: Pick<Ports, 'fs' | 'random'> = {
    fs: partOf<Ports['fs']>({
      mkdir: async (path, mode) => make('mkdir', path, mode),
      open: async (path, _flags, mode) => {
        make('open', path, mode);
        return partOf<Awaited<ReturnType<Ports['fs']['open']>>>({
          close: async () => void calls.push('close'),
        });
      },
    }),
    random: {
      bytes: async () => {
        const number = numbers[Math.min(at++, numbers.length - 1)] ?? 0;
        return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
      },
    },
  };
  return { ports, calls };
}

it('puts nine digits behind the prefix', async () => {
  expect(await makeTempDirectory(scripted([7]).ports, '/h', 'probe')).toBe('/h/probe000000007');
  expect(await makeTempDirectory(scripted([0xffffffff]).ports, '/h', 'p')).toBe('/h/p294967295');
});

it('draws again while the name is taken', async () => {
  const { ports, calls } = scripted([1, 2], ['/h/p000000001']);
  expect(await makeTempFile(ports, '/h', 'p')).toBe('/h/p000000002');
  expect(calls).toEqual(['open /h/p000000001 600', 'open /h/p000000002 600', 'close']);
});

it('gives up after 10000 names', async () => {
  const { ports, calls } = scripted([1], ['/h/p000000001']);
  await expect(makeTempDirectory(ports, '/h', 'p')).rejects.toThrow(
    'mkdir /h/p000000001: file exists',
  );
  expect(calls).toHaveLength(10_000);
});

it('tells any other failure at once', async () => {
  const { ports } = scripted([1]);
  const fs = partOf<Ports['fs']>({
    mkdir: async (path) => {
      throw failure('EROFS', 'mkdir', path);
    },
  });
  await expect(makeTempDirectory({ ...ports, fs }, '/h', 'p')).rejects.toThrow(
    'mkdir /h/p000000001: read-only file system',
  );
});
