// Times the pure rules that every work leans on, in this process: they do no system call, so that
// they tell apart whether the code or the kernel became slower. No peer is asked.
import { Bench } from 'tinybench';

const dist = (path) => import(new URL(`../dist/domain/${path}.js`, import.meta.url).href);
const ENTRIES = 1000;
const LOWERS = 100;

export const IN_PROCESS_KEY = 'rules';

/** Gives a row a rule. */
export async function measureRules() {
  const { encodeHeader, endOfArchive } = await dist('diffs/tar/write-header');
  const { TarReader } = await dist('diffs/tar/tar-reader');
  const { parseMountInfo } = await dist('mounts/mount-info');
  const { decideMountForm } = await dist('mounts/mount-data');
  const headers = Array.from({ length: ENTRIES }, (_, i) => emptyFile(`dir/file-${i}`));
  const archive = Buffer.concat([...headers.map(encodeHeader), endOfArchive()]);
  const table = Buffer.from(
    Array.from({ length: ENTRIES }, (_, i) => mountLine(`/home/layer-${i}/merged`)).join(''),
  );
  const lowers = Array.from({ length: LOWERS }, (_, i) => `l/${String(i).padStart(26, 'A')}`);
  const subject = { home: '/var/lib/overlay2', id: 'layer', lowers, readOnly: false };
  const mount = {
    ...subject,
    label: '',
    indexOff: true,
    escape: false,
    pageSizeBytes: 4096,
    pageRule: 'moby-2019',
  };

  const bench = new Bench({ time: 500, warmupTime: 200 });
  bench.add('encode 1,000 tar headers', () => {
    for (const header of headers) encodeHeader(header);
  });
  bench.add('read 1,000 tar entries', () => readAll(new TarReader(oneChunk(archive))));
  bench.add('parse 1,000 lines of the mount table', () => {
    parseMountInfo(table);
  });
  bench.add('mount options of 100 lowers', () => {
    decideMountForm(mount);
  });
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (result.error !== undefined) throw result.error;
    return { work: name, oursMs: result.latency.p50, rounds: result.latency.samplesCount };
  });
}

async function readAll(reader) {
  while ((await reader.next()) !== undefined);
}

async function* oneChunk(bytes) {
  yield bytes;
}

function mountLine(mountPoint) {
  return `36 35 98:0 / ${mountPoint} rw,noatime master:1 - overlay overlay rw,lowerdir=l/A\n`;
}

function emptyFile(name) {
  return {
    typeflag: 0x30,
    name: Buffer.from(name),
    linkname: new Uint8Array(0),
    size: 0n,
    mode: 0o644n,
    uid: 0n,
    gid: 0n,
    uname: 'root',
    gname: 'root',
    mtime: { seconds: 1_500_000_000n, nanoseconds: 0 },
    devmajor: 0n,
    devminor: 0n,
    paxRecords: new Map(),
  };
}
