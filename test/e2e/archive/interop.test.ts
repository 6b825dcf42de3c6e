/**
 * Establishes that other programs read what the driver writes and that it reads what they write:
 * GNU tar in its formats, with sparse files, long and odd names, owners and devices; tar-stream.
 */
import { Buffer } from 'node:buffer';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxPorts } from '../../../src/adapters/linux/ports.js';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { writeArchive } from '../../../src/driver/archive/tar.js';
import { collect, entriesOf } from '../../helpers/archives.js';
import { ExtractionPlace } from '../../helpers/extraction-place.js';

const MEBIBYTE = 1024 ** 2;
const tarVersion = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout;
const hasTar = tarVersion?.includes('GNU tar') ?? false;

let source: ExtractionPlace;
let target: ExtractionPlace;

beforeEach(() => {
  source = new ExtractionPlace();
  target = new ExtractionPlace();
  fill(source.tree);
});

afterEach(async () => {
  await source.remove();
  await target.remove();
});

function fill(root: string): void {
  const at = (...names: string[]): string => join(root, ...names);
  mkdirSync(at('dir', 'a'.repeat(90), 'b'.repeat(90)), { recursive: true });
  writeFileSync(at('dir', 'a'.repeat(90), 'b'.repeat(90), 'c'.repeat(120)), 'long');
  writeFileSync(at('plain'), 'plain');
  writeFileSync(at('ünïcode'), 'wide');
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bytes-`), Buffer.from([0xff, 0xfe])]), 'raw');
  writeFileSync(at('empty'), '');
  writeFileSync(at('large'), Buffer.alloc(3 * MEBIBYTE + 5, 'xyz'));
  chmodSync(at('plain'), 0o4751);
  linkSync(at('plain'), at('second'));
  symlinkSync('t'.repeat(150), at('symlink'));
  chownSync(at('empty'), 3_000_000, 70_000);
  mkdirSync(at('sticky'));
  chmodSync(at('sticky'), 0o1777);
  execFileSync('mknod', [at('device'), 'c', '1', '3']);
  execFileSync('mknod', [at('fifo'), 'p']);
  utimesSync(at('plain'), 1_234_567_890, 1_234_567_890);
}

function sparseFile(path: string): void {
  const fd = openSync(path, 'w');
  writeSync(fd, 'begin', 0);
  writeSync(fd, 'middle', 8 * MEBIBYTE);
  writeSync(fd, '', 0);
  closeSync(fd);
  truncateSync(path, 16 * MEBIBYTE);
}

async function archive(root: string): Promise<Buffer> {
  const linux = createLinuxPorts();
  try {
    return await collect(
      writeArchive({
        ports: linux.ports,
        profile: MOBY_2019,
        mapping: { uids: undefined, gids: undefined },
        source: root,
        fromOverlay: false,
      }),
    );
  } finally {
    await linux.dispose();
  }
}

describe.skipIf(!hasTar)('with GNU tar', () => {
  it.each(['gnu', 'oldgnu', 'pax', 'posix', 'ustar', 'v7'])('reads format %s', async (format) => {
    const short = ['plain', 'second', 'empty', 'large', 'sticky'];
    // The old formats cannot say everything.
    const names = format === 'ustar' || format === 'v7' ? short : ['.'];
    const options = ['-C', source.tree, `--format=${format}`, '-cf', '-', ...names];
    if (format === 'v7' || format === 'ustar') options.splice(2, 0, '--owner=0', '--group=0');
    const bytes = execFileSync('tar', options, { maxBuffer: 1e8 });

    await target.native(bytes);

    if (names[0] === '.') expect(await target.dump()).toEqual(await source.dump());
    else expect((await target.dump()).map(nameOf).sort()).toEqual([...short].sort());
    expect(statSync(join(target.tree, 'plain')).mtimeMs).toBe(1_234_567_890_000);
  });

  it.each([
    ['gnu', '0.0'],
    ['pax', '0.0'],
    ['pax', '0.1'],
    ['pax', '1.0'],
  ])('reads sparse files of format %s %s with their holes', async (format, version) => {
    sparseFile(join(source.tree, 'sparse'));
    const options = ['-C', source.tree, `--format=${format}`, `--sparse-version=${version}`];
    const bytes = execFileSync('tar', [...options, '-S', '-cf', '-', 'sparse']);
    expect(bytes.length).toBeLessThan(MEBIBYTE);
    if (format === 'gnu') {
      // Type S is not one that the seed's unpacker knows.
      await expect(target.native(bytes)).rejects.toThrow('unhandled tar header type 83');
      return;
    }

    await target.native(bytes);

    const written = join(target.tree, 'sparse');
    expect(readFileSync(written).equals(readFileSync(join(source.tree, 'sparse')))).toBe(true);
    expect(statSync(written).blocks * 512).toBeLessThan(MEBIBYTE);
  });

  it('is read by it', async () => {
    const bytes = await archive(source.tree);

    execFileSync('tar', ['-C', target.tree, '-xpf', '-'], { input: bytes });

    expect(await target.dump()).toEqual(await source.dump());
  });
});

it('is read by tar-stream', async () => {
  const entries = await entriesOf(once(await archive(source.tree)));

  const found = new Map(entries.map((entry) => [entry.name, entry]));
  expect(found.get('plain')).toMatchObject({ mode: 0o104751, content: 'plain', type: 'file' });
  expect(found.get('second')).toMatchObject({ type: 'link', linkname: 'plain' });
  expect(found.get('empty')).toMatchObject({ pax: { uid: '3000000' }, gid: 70_000 });
  expect(found.get('symlink')).toMatchObject({ type: 'symlink', linkname: 't'.repeat(150) });
  expect(found.get('large')?.content).toHaveLength(3 * MEBIBYTE + 5);
});

it('reads its own archives to the same tree and size', async () => {
  const bytes = await archive(source.tree);

  const { writtenBytes } = await target.native(bytes);

  expect(await target.dump()).toEqual(await source.dump());
  expect(writtenBytes).toBe(BigInt(4 + 5 + 4 + 3 + 0 + 3 * MEBIBYTE + 5 + 150));
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function nameOf(line: string): string {
  return line.split(' ').find((word) => /^[a-z]{4,}$/.test(word)) ?? line;
}
