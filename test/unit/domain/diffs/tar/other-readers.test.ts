// Establishes that readers which are not ours nor Go's understand the archives that we write:
// tar-stream, and GNU tar where it is installed. The archive is read from memory.
import { spawnSync } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { extract, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { TYPE, type TarHeader } from '../../../../../src/domain/diffs/tar/header.js';
import {
  encodeHeader,
  endOfArchive,
  paddingLength,
} from '../../../../../src/domain/diffs/tar/write-header.js';
import { concatBytes, encodeUtf8 } from '../../../../../src/domain/utf8.js';

const DATA = encodeUtf8('0123456789'.repeat(60));
const LONG = `${'d'.repeat(120)}/${'é'.repeat(60)}/${'f'.repeat(120)}`;
const SPLIT = `${'p'.repeat(150)}/${'n'.repeat(99)}`;
const hasGnuTar = (spawnSync('tar', ['--version']).stdout ?? '').includes('GNU tar');

function entry(change: Partial<TarHeader>): TarHeader {
  return {
    typeflag: TYPE.REG,
    name: encodeUtf8('plain'),
    linkname: new Uint8Array(0),
    size: 0n,
    mode: 0o100644n,
    uid: 7n,
    gid: 8n,
    uname: 'user',
    gname: 'group',
    mtime: { seconds: 1_569_300_000n, nanoseconds: 0 },
    devmajor: 0n,
    devminor: 0n,
    paxRecords: new Map(),
    ...change,
  };
}

const ENTRIES: readonly TarHeader[] = [
  entry({ size: BigInt(DATA.length) }),
  entry({ typeflag: TYPE.DIR, name: encodeUtf8('dir/'), mode: 0o40755n }),
  entry({ name: encodeUtf8(SPLIT), uid: 3_000_000n, gid: 4_000_000n }),
  entry({ name: encodeUtf8(LONG), size: BigInt(DATA.length) }),
  entry({
    typeflag: TYPE.SYMLINK,
    name: encodeUtf8('s'),
    linkname: encodeUtf8(LONG),
    mode: 0o120777n,
  }),
  entry({ typeflag: TYPE.LINK, name: encodeUtf8('hard'), linkname: encodeUtf8('plain') }),
  entry({ typeflag: TYPE.CHAR, name: encodeUtf8('c'), devmajor: 5n, devminor: 1n }),
  entry({ typeflag: TYPE.BLOCK, name: encodeUtf8('b'), devmajor: 8n, devminor: 300n }),
  entry({ typeflag: TYPE.FIFO, name: encodeUtf8('p'), mode: 0o10640n }),
  entry({ name: encodeUtf8('old'), mtime: { seconds: -86_400n, nanoseconds: 0 } }),
  entry({
    name: encodeUtf8('x'),
    size: BigInt(DATA.length),
    paxRecords: new Map([['SCHILY.xattr.user.a', encodeUtf8('value')]]),
  }),
];

function archive(): Uint8Array {
  const parts = ENTRIES.flatMap((header) => {
    const data = header.size === 0n ? new Uint8Array(0) : DATA;
    return [encodeHeader(header), data, new Uint8Array(paddingLength(header.size))];
  });
  return concatBytes(...parts, endOfArchive());
}

async function readWithTarStream(bytes: Uint8Array): Promise<(Header & { data: string })[]> {
  const reader = extract();
  reader.end(Buffer.from(bytes));
  const entries = [];
  for await (const found of reader) {
    entries.push({ ...found.header, data: (await buffer(found)).toString() });
  }
  return entries;
}

describe('our archives', () => {
  it('are understood by tar-stream', async () => {
    const entries = await readWithTarStream(archive());
    const data = Buffer.from(DATA).toString();

    const told = entries.map(({ name, type, uid, gid, uname, gname, linkname, data: read }) => ({
      name,
      type,
      ids: [uid, gid],
      names: [uname, gname],
      linkname,
      read,
    }));
    // tar-stream reads neither ids nor times from records; in the header they are 0 then.
    const common = { ids: [7, 8], names: ['user', 'group'], linkname: null, read: '' };
    expect(told).toStrictEqual([
      { ...common, name: 'plain', type: 'file', read: data },
      { ...common, name: 'dir/', type: 'directory' },
      { ...common, name: SPLIT, type: 'file', ids: [0, 0] },
      { ...common, name: LONG, type: 'file', read: data },
      { ...common, name: 's', type: 'symlink', linkname: LONG },
      { ...common, name: 'hard', type: 'link', linkname: 'plain' },
      { ...common, name: 'c', type: 'character-device' },
      { ...common, name: 'b', type: 'block-device' },
      { ...common, name: 'p', type: 'fifo' },
      { ...common, name: 'old', type: 'file' },
      { ...common, name: 'x', type: 'file', read: data },
    ]);
    expect(entries.at(7)).toMatchObject({ devmajor: 8, devminor: 300, mode: 0o100644 });
    expect(entries.at(-1)?.pax).toStrictEqual({ 'SCHILY.xattr.user.a': 'value' });
  });

  it.skipIf(!hasGnuTar)('are understood by GNU tar', () => {
    const options = ['--list', '--verbose', '--numeric-owner', '--full-time', '--utc', '--xattrs'];
    const run = spawnSync('tar', [...options, '--quoting-style=literal', '--file=-'], {
      input: archive(),
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });

    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(run.stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toStrictEqual([
      '-rw-r--r-- 7/8 600 2019-09-24 04:40:00 plain',
      'drwxr-xr-x 7/8 0 2019-09-24 04:40:00 dir/',
      `-rw-r--r-- 3000000/4000000 0 2019-09-24 04:40:00 ${SPLIT}`,
      `-rw-r--r-- 7/8 600 2019-09-24 04:40:00 ${LONG}`,
      `lrwxrwxrwx 7/8 0 2019-09-24 04:40:00 s -> ${LONG}`,
      'hrw-r--r-- 7/8 0 2019-09-24 04:40:00 hard link to plain',
      'crw-r--r-- 7/8 5,1 2019-09-24 04:40:00 c',
      'brw-r--r-- 7/8 8,300 2019-09-24 04:40:00 b',
      'prw-r----- 7/8 0 2019-09-24 04:40:00 p',
      '-rw-r--r-- 7/8 0 1969-12-31 00:00:00 old',
      '-rw-r--r--* 7/8 600 2019-09-24 04:40:00 x',
      '',
    ]);
  });
});
