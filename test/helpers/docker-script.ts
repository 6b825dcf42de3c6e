/** The script that is played on Docker's own driver and on ours: what people do with a daemon. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRootFileSystem } from './docker-daemon.js';
import { type DockerTranscript, listing } from './docker-transcript.js';
import { rawTar } from './raw-tar.js';

/** What a container does to its files: all kinds of change, and some that cancel out. */
const CHANGES = [
  'echo new > /dir1/new',
  'echo longer than before > /dir1/b',
  'rm /dir1/a',
  'rm -r /dir1/sub; mkdir /dir1/sub; echo y > /dir1/sub/y',
  'mkdir -p /made/deep; echo z > /made/deep/z; ln /made/deep/z /made/hard',
  'ln -s ../dir1 /made/link; mkfifo /made/pipe; mknod /made/device c 1 3; chmod 4755 /made/hard',
  'mv /swap/dir /swap/moved; echo file > /swap/dir',
  'rm /swap/file; mkdir /swap/file; rm -r /swap/linked; ln -s moved /swap/linked',
  'touch /gone; rm /gone; mkdir /tmp/empty; chown 7:8 /swap/keep; chmod 700 /swap',
].join('; ');

const DOCKERFILE = [
  'FROM box',
  'ENV KEY=value',
  'COPY context /dir1/copied/',
  'RUN rm /dir1/a && echo changed > /dir1/b && chmod 600 /dir1/b',
  'RUN rm -r /dir1/sub && mkdir /dir1/sub && echo z > /dir1/sub/z',
  'RUN rm -r /swap && echo a file now > /swap',
  'RUN rm /swap && mkdir -p /swap/dir && touch /swap/dir/again',
  'COPY context/one /dir1/a',
  'RUN rm -r /dir1/copied && ln /dir1/a /dir1/hard',
  'WORKDIR /dir1',
  'CMD ["cat", "b"]',
].join('\n');

const BUILDKIT_FILE = [
  'FROM box AS first',
  'RUN rm -r /swap/linked && echo a file now > /swap/linked && rm /dir1/a',
  'RUN rm -r /dir1/sub && mkdir /dir1/sub && echo z > /dir1/sub/z',
  'FROM box',
  'COPY --from=first /dir1/ /made/',
  'COPY context/one /dir1/a',
  'RUN rm -r /dir1/sub /swap && mkdir /swap && touch /swap/new',
].join('\n');

/** Everything of a tree: kind, mode, owner, size, name. */
const TREE =
  "find /dir1 /made /swap | sort | while read f; do stat -c '%F %a %u:%g %h %n' $f; done";

const GRAPH_DRIVER = '{{json .GraphDriver}}';
const SIZES = '{{.Names}} {{.Size}}';

/** Plays it all. */
export async function playScript(transcript: DockerTranscript): Promise<void> {
  await transcript.play('info', '--format', '{{.Driver}}');
  await transcript.playJson('info', '--format', '{{json .DriverStatus}}');
  await playImport(transcript);
  await playContainer(transcript);
  await playBuild(transcript);
  await playSave(transcript);
  await playRefusals(transcript);
  await playEnd(transcript);
  await playDepartures(transcript);
}

async function playImport(transcript: DockerTranscript): Promise<void> {
  const { scratch } = transcript.daemon;
  await transcript.play('import', makeRootFileSystem(scratch), 'box0');
  await transcript.playJson('inspect', '--format', '{{json .RootFS}}', 'box0');
  const archive = rawTar(
    { name: 'swap/', type: '5', mode: 0o755 },
    { name: 'swap/keep', content: 'kept' },
    { name: 'swap/file', content: 'file', mode: 0o4711 },
    { name: 'swap/dir/', type: '5', mode: 0o1777 },
    { name: 'swap/dir/in', content: 'in' },
    { name: 'swap/linked/', type: '5', mode: 0o755 },
    { name: 'swap/linked/in', content: 'in' },
    { name: 'swap/hard', type: '1', link: 'swap/keep' },
    { name: 'swap/soft', type: '2', link: '/nowhere/at/all' },
    { name: 'swap/null', type: '3', device: [1, 3] },
    { name: Buffer.from([0x73, 0x77, 0x61, 0x70, 0x2f, 0xff, 0xfe]), content: 'no UTF-8' },
  );
  const context = join(scratch, 'box');
  mkdirSync(context);
  writeFileSync(join(context, 'special.tar'), archive);
  writeFileSync(join(context, 'Dockerfile'), 'FROM box0\nADD special.tar /\n');
  await transcript.play('build', '--network', 'none', '-t', 'box', context);
  await transcript.playJson('inspect', '--format', '{{json .RootFS.Layers}}', 'box');
  await transcript.playJson('inspect', '--format', GRAPH_DRIVER, 'box');
  await transcript.play('images', '--format', '{{.Repository}} {{.Size}}');
}

async function playContainer(transcript: DockerTranscript): Promise<void> {
  const words = ['--network', 'none', '-h', 'h'];
  await transcript.play('create', '--name', 'changing', ...words, 'box', 'sleep', '1000');
  await transcript.playJson('inspect', '--format', GRAPH_DRIVER, 'changing');
  await transcript.playSorted('diff', 'changing');
  await transcript.play('start', 'changing');
  await transcript.play('exec', 'changing', 'sh', '-c', CHANGES);
  transcript.noteMounts();
  await transcript.playSorted('diff', 'changing');
  await transcript.play('ps', '-as', '--format', SIZES);
  await transcript.play('exec', 'changing', 'sh', '-c', TREE);
  await transcript.play('stop', '-t', '0', 'changing');
  transcript.noteMounts();
  await transcript.playSorted('diff', 'changing');
  await transcript.play('commit', 'changing', 'committed');
  await transcript.shell('committed', TREE);
  await transcript.play('history', '--format', '{{.Size}} {{.CreatedBy}}', 'committed');
  writeFileSync(join(transcript.daemon.scratch, 'sent'), 'sent in');
  await transcript.play('cp', join(transcript.daemon.scratch, 'sent'), 'changing:/dir1/sub/');
  await transcript.playArchive('cp', 'changing:/dir1', '-');
  await transcript.playArchive('cp', 'changing:/swap', '-');
  await transcript.playSorted('diff', 'changing');
  await transcript.playArchive('export', 'changing');
  await transcript.play('start', 'changing');
  await transcript.play('rm', '-f', 'changing');
  transcript.noteLayers();
}

async function playBuild(transcript: DockerTranscript): Promise<void> {
  const context = join(transcript.daemon.scratch, 'build');
  mkdirSync(join(context, 'context', 'two'), { recursive: true });
  writeFileSync(join(context, 'context', 'one'), 'one');
  writeFileSync(join(context, 'context', 'two', 'three'), 'three');
  writeFileSync(join(context, 'Dockerfile'), DOCKERFILE);
  const words = ['--network', 'none', '-t', 'built', context];
  await transcript.play('build', ...words);
  await transcript.play('build', ...words);
  await transcript.shell('built', TREE);
  await transcript.play('run', '--rm', '--network', 'none', 'built');
  await transcript.play('history', '--format', '{{.Size}} {{.CreatedBy}}', 'built');
  await transcript.playJson('inspect', '--format', GRAPH_DRIVER, 'built');
  writeFileSync(join(context, 'Dockerfile'), `${DOCKERFILE}\nRUN touch /half && false`);
  await transcript.play('build', '--force-rm', ...words);
  writeFileSync(join(context, 'Dockerfile'), BUILDKIT_FILE);
  await transcript.playBuildKit('-t', 'kit', ...words.slice(0, 2), context);
  await transcript.shell('kit', TREE);
  await transcript.play('history', '--format', '{{.Size}}', 'kit');
}

/** Images are saved one by one: of several, the list comes in the order of a hash table. */
async function playSave(transcript: DockerTranscript): Promise<void> {
  const { daemon } = transcript;
  const images = ['built', 'committed'];
  const pathOf = (image: string, time: number): string => join(daemon.scratch, `${image}${time}`);
  for (const image of images) {
    await transcript.play('save', '-o', pathOf(image, 1), image);
    const layers = await layersOf(readFileSync(pathOf(image, 1)));
    transcript.note(`(layers of ${image})`, layers.join('\n\n'), 0);
  }
  const { stdout: containers } = await daemon.execute(['ps', '-aq']);
  transcript.note('ps -aq', containers.toString(), 0);
  const { stdout } = await daemon.execute(['images', '-aq']);
  await daemon.execute(['rmi', '-f', ...new Set(stdout.toString().trim().split('\n'))]);
  transcript.noteLayers();
  for (const image of images) {
    await transcript.play('load', '-q', '-i', pathOf(image, 1));
    await transcript.play('save', '-o', pathOf(image, 2), image);
    const [before, after] = [1, 2].map((time) => digest(readFileSync(pathOf(image, time))));
    transcript.note('(saved again)', before === after ? 'the same bytes' : 'other bytes', 0);
    await transcript.shell(image, TREE);
  }
  const cut = readFileSync(pathOf('built', 1)).subarray(0, 60_000);
  await transcript.playInput(cut, 'load', '-q');
}

async function playRefusals(transcript: DockerTranscript): Promise<void> {
  const words = ['--network', 'none', 'built', 'true'];
  await transcript.play('create', '--storage-opt', 'size=10M', '--name', 'sized', ...words);
  await transcript.play('create', '--storage-opt', 'size=x', '--name', 'unsized', ...words);
  await transcript.play('run', '-d', '--name', 'used', '--network', 'none', 'built', 'sleep', '99');
  await transcript.play('rm', 'used');
  await transcript.play('rmi', 'built');
  await transcript.play('run', '--rm', '--read-only', '--network', 'none', 'built', 'touch', '/x');
  await transcript.play('run', '--rm', '--network', 'none', 'built', 'no-such-program');
  transcript.noteLayers();
}

async function playEnd(transcript: DockerTranscript): Promise<void> {
  await transcript.play('system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Size}}');
  await transcript.play('rm', '-f', 'used');
  await transcript.play('rmi', '-f', 'built', 'committed');
  transcript.noteMounts();
  transcript.noteLayers();
}

/** What is known to be answered in another way; it comes last, since it leaves other things. */
async function playDepartures(transcript: DockerTranscript): Promise<void> {
  const context = join(transcript.daemon.scratch, 'reserved');
  mkdirSync(context);
  writeFileSync(join(context, 'reserved.tar'), rawTar({ name: '.wh.nothing' }));
  writeFileSync(join(context, 'Dockerfile'), 'FROM box0\nADD reserved.tar /\n');
  await transcript.play('import', join(transcript.daemon.scratch, 'rootfs.tar'), 'box0');
  await transcript.play('build', '-q', '--network', 'none', context);
  await transcript.playInput(Buffer.from('no archive'), 'import', '-', 'broken');
  await transcript.playInput(rawTar({ name: 'a' }).subarray(0, 512), 'import', '-', 'endless');
  const words = ['--network', 'none', 'box0', 'true'];
  await transcript.play('create', '--storage-opt', 'shape=round', ...words);
}

/** Gives the listings of the layers in a saved archive, in their order. */
async function layersOf(saved: Buffer): Promise<readonly string[]> {
  const { extract } = await import('tar-stream');
  const extractor = extract();
  extractor.end(saved);
  const found: string[] = [];
  for await (const entry of extractor) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(Buffer.from(chunk as Uint8Array));
    if (entry.header.name.endsWith('/layer.tar')) found.push(await listing(Buffer.concat(chunks)));
  }
  // They come in the order of their ids.
  return found.sort();
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
