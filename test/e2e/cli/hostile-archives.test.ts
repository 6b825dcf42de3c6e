/**
 * Applies archives that are damaged or mean harm. Whatever becomes of one, nothing outside the
 * layer changes; what is refused is refused in one line; afterwards the home works as before.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliHome, flawsOf } from '../../helpers/cli-home.js';
import type { CliResult } from '../../helpers/cli-streams.js';
import { rawEntry, rawTar, type RawEntry } from '../../helpers/raw-tar.js';

const GIBIBYTE = 1024 ** 3;
const GOOD = rawTar({ name: 'file', content: 'content' });

let cli: CliHome;
let outside = '';

beforeEach(async () => {
  cli = new CliHome();
  outside = join(cli.scratch, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'canary'), 'alive', { mode: 0o600 });
  await cli.succeed(['create', 'base']);
});

afterEach(() => cli.remove());

/** What lies outside the layer: the canary, and everything that stands in the home or above. */
function surroundings(): unknown {
  const canary = join(outside, 'canary');
  return {
    canary: [readFileSync(canary, 'utf8'), statSync(canary).mode, statSync(canary).nlink],
    outside: readdirSync(outside),
    scratch: readdirSync(cli.scratch),
    home: readdirSync(cli.home),
    layer: readdirSync(join(cli.home, 'base')),
    root: readdirSync('/'),
  };
}

async function apply(archive: Uint8Array | Readable): Promise<CliResult> {
  const before = surroundings();
  const result = await cli.run(['apply', 'base'], { input: archive });
  expect(surroundings()).toEqual(before);
  expect(cli.mounts()).toEqual([]);
  return result;
}

async function expectUsable(): Promise<void> {
  expect(await cli.succeed(['apply', 'base'], { input: GOOD })).toMatch(/^\d+$/);
  await cli.succeed(['create', '--parent', 'base', 'child']);
  await cli.succeed(['mount', 'child']);
  await cli.succeed(['umount', 'child']);
}

async function expectRefused(archive: Uint8Array | Readable, reason: RegExp): Promise<void> {
  const result = await apply(archive);

  expect(flawsOf(result)).toEqual([]);
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toMatch(reason);
  expect(readdirSync(join(cli.home, 'base/diff'))).toEqual([]);
  await expectUsable();
}

describe('an archive that means harm', () => {
  it('keeps names that climb out inside the layer', async () => {
    const result = await apply(
      rawTar(
        { name: '../../../outside/evil', content: 'x' },
        { name: `${outside}/evil`, content: 'x' },
        { name: 'a/../../b', content: 'x' },
      ),
    );

    expect(result.exitCode).toBe(0);
    expect(readdirSync(join(cli.home, 'base/diff'))).toContain('b');
    await expectUsable();
  });

  it.each([
    ['an absolute symlink', (): string => outside],
    ['a symlink that climbs', (): string => '../../../outside'],
  ])('does not write through %s', async (_, target) => {
    const link = { name: 'door', type: '2', link: target() };

    const result = await apply(
      rawTar(link, { name: 'door/canary', content: 'dead' }, { name: 'door/new', content: 'x' }),
    );

    // Whether the path inside the layer exists decides; outside nothing is ever touched.
    if (result.exitCode !== 0) expect(flawsOf(result)).toEqual([]);
    await expectUsable();
  });

  it.each([
    ['its path', (): string => join(outside, 'canary')],
    ['a path that climbs', (): string => '../../../outside/canary'],
  ])('does not link hard to what lies outside by %s', async (_, target) => {
    const reason = /base: .*(no such file or directory|invalid hardlink)/;

    await expectRefused(rawTar({ name: 'thief', type: '1', link: target() }), reason);
  });

  it('does not link hard through a symlink', async () => {
    await expectRefused(
      rawTar(
        { name: 'door', type: '2', link: outside },
        { name: 'thief', type: '1', link: 'door/canary' },
      ),
      /base: .*no such file or directory/,
    );
  });

  it('makes devices and fifos in the layer alone', async () => {
    const result = await apply(
      rawTar(
        { name: 'null', type: '3', device: [1, 3], mode: 0o666 },
        { name: '../../sda', type: '4', device: [8, 0] },
        { name: 'fifo', type: '6' },
      ),
    );

    expect(result.exitCode).toBe(0);
    expect(statSync(join(cli.home, 'base/diff/null')).isCharacterDevice()).toBe(true);
    expect(statSync(join(cli.home, 'base/diff/sda')).isBlockDevice()).toBe(true);
    await expectUsable();
  });

  it('lets the last of several entries of one name win', async () => {
    const entries: readonly RawEntry[] = [
      { name: 'twice', content: 'first' },
      { name: 'twice', type: '2', link: join(outside, 'canary') },
      { name: 'twice', content: 'last' },
    ];

    const result = await apply(rawTar(...entries));

    expect(result.exitCode).toBe(0);
    expect(readFileSync(join(cli.home, 'base/diff/twice'), 'utf8')).toBe('last');
  });

  it.each(['.wh.', '.wh..', '.wh...', 'dir/.wh...'])('refuses the whiteout %j', async (name) => {
    await expectRefused(rawTar({ name: 'dir/', type: '5' }, { name }), /invalid whiteout name/);
  });

  it('keeps a name that is not UTF-8 byte for byte', async () => {
    const name = Buffer.from('n\xe9\xffw', 'latin1');

    const result = await apply(rawTar({ name, content: 'x' }));

    expect(result.exitCode).toBe(0);
    expect(readdirSync(join(cli.home, 'base/diff'), { encoding: 'buffer' })).toEqual([name]);
  });

  it('tells of a name that does not print in one line', async () => {
    const archive = rawTar({ name: 'a\n\u001b[2J/b', type: '1', link: 'no\nwhere' });

    const result = await apply(archive);

    expect(flawsOf(result)).toEqual([]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).not.toContain('\u001b');
  });
});

describe('an archive that is damaged', () => {
  const large = rawEntry({ name: 'large', content: Buffer.alloc(100_000, 'x') });

  it.each([
    ['cut within a header', GOOD.subarray(0, 300), /unexpected EOF/],
    ['cut within a file', large.subarray(0, 5000), /unexpected EOF/],
    ['of noise', Buffer.alloc(4096, 'noise'), /archive\/tar: invalid tar header/],
    ['with a wrong checksum', wrongChecksum(), /archive\/tar: invalid tar header/],
    ['of gzip cut short', gzipSync(large).subarray(0, 60), /gzip: unexpected end/],
    ['of zstd cut short', Buffer.from('KLUv/SQLWQAAaGVsbG8', 'base64'), /zstd: unexpected end/],
    ['of bzip2', Buffer.from('BZh91AY&SY'), /compressed with bzip2/],
    ['of xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), /compressed with xz/],
    [
      'of zstd with a window of 128 MiB',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x88, 1, 0, 0]),
      /zstd: the archive needs a window of 128 MiB/,
    ],
  ])('%s is refused and leaves nothing', async (_, archive, reason) => {
    await expectRefused(archive, reason);
  });

  it('is refused when it says a file has 1 GiB and ends', async () => {
    const entry = rawEntry({ name: 'huge', sizeSaid: GIBIBYTE });

    await expectRefused(Buffer.concat([entry, Buffer.alloc(512, 'x')]), /unexpected EOF/);
  });

  it.each(['x', 'g', 'L', 'K'])(
    'does not keep 1 GiB of a header of type %s in memory',
    async (type) => {
      const header = rawEntry({ name: 'extended', type, sizeSaid: GIBIBYTE });
      const before = process.memoryUsage.rss();

      const result = await apply(Readable.from(endless(header, GIBIBYTE)));

      expect(flawsOf(result)).toEqual([]);
      expect(result.exitCode).toBe(1);
      expect(process.memoryUsage.rss() - before).toBeLessThan(512 * 1024 * 1024);
      await expectUsable();
    },
  );

  function wrongChecksum(): Buffer {
    const bytes = Buffer.from(GOOD);
    bytes.write('0000000', 148);
    return bytes;
  }

  function* endless(start: Buffer, bytes: number): Generator<Buffer> {
    yield start;
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
    yield Buffer.alloc(1024);
  }
});
