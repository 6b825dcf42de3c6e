/**
 * Establishes that images as deep as Docker allows load and run on the plugin, and that a deeper
 * one is refused in the words in which it is on Docker's own overlay2. Takes minutes, so that it
 * runs with `DOCKER_LONG=1` alone: `npm run docker-long`.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageArchive } from '../../helpers/docker-archive.js';
import { DockerDaemon, makeRootFileSystem, whyNoDocker } from '../../helpers/docker-daemon.js';
import { DockerTranscript, type TranscriptStep } from '../../helpers/docker-transcript.js';
import { PluginProgram } from '../../helpers/plugin-program.js';

const NAME = `o2r-${process.pid}-d`;
const SOCKET = `/run/docker/plugins/${NAME}.sock`;

const reason =
  process.env['DOCKER_LONG'] === '1'
    ? whyNoDocker()
    : 'it takes minutes: npm run docker-long runs it';
if (reason !== undefined) process.stderr.write(`skipped images of 124 layers: ${reason}\n`);

async function play(transcript: DockerTranscript): Promise<readonly TranscriptStep[]> {
  const base = readFileSync(makeRootFileSystem(transcript.daemon.scratch));
  for (const depth of [124, 125, 126]) {
    const image = `deep${depth}`;
    await transcript.playInput(imageArchive(image, base, depth), 'load', '-q');
    await transcript.shell(
      image,
      'cat /last /layer-1 /layer-100; echo new > /layer-1; cat /layer-1',
    );
  }
  await transcript.play('run', '-d', '--network', 'none', 'deep125', 'sleep', '1000');
  transcript.noteMounts();
  return transcript.steps;
}

describe.skipIf(reason !== undefined)('images of 124 layers and more', () => {
  let plugin: PluginProgram;
  let daemons: readonly DockerDaemon[] = [];
  let own: readonly TranscriptStep[] = [];
  let ours: readonly TranscriptStep[] = [];

  beforeAll(async () => {
    plugin = new PluginProgram(SOCKET);
    daemons = [1, 2].map(() => new DockerDaemon({ isInMemory: true }));
    await plugin.start();
    const played = daemons.map(async (daemon, index) => {
      const driver = index === 0 ? 'overlay2' : NAME;
      await daemon.start(driver);
      return play(new DockerTranscript(daemon, driver));
    });
    [own = [], ours = []] = await Promise.all(played);
  });

  afterAll(async () => {
    for (const daemon of daemons) await daemon.remove();
    await plugin.end();
    await plugin.remove();
  });

  it('load and run up to 125 layers', () => {
    expect(ours.slice(0, 4).map(({ text }) => text)).toEqual([
      'Loaded image: deep124:latest',
      '123of layer 1of layer 100new',
      'Loaded image: deep125:latest',
      '124of layer 1of layer 100new',
    ]);
  });

  it('are refused from 126 layers', () => {
    expect(ours[4]).toMatchObject({ status: 1, text: 'max depth exceeded' });
  });

  it("are told of as on Docker's own driver", () => {
    expect(ours).toEqual(own);
  });
});
