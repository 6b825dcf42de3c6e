/** An archive as `docker load` takes it, of any number of layers, each with one file of its own. */
import { createHash } from 'node:crypto';
import { rawTar } from './raw-tar.js';

/** Gives an archive of an image upon a base layer, `count` layers in all. */
export function imageArchive(name: string, base: Buffer, count: number): Buffer {
  const layers = Array.from({ length: count }, (_, index) =>
    index === 0
      ? base
      : rawTar(
          { name: `layer-${index}`, content: `of layer ${index}` },
          { name: 'last', content: `${index}` },
        ),
  );
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['sh'] },
    created: '2020-01-01T00:00:00Z',
    history: layers.map(() => ({ created: '2020-01-01T00:00:00Z' })),
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${digestOf(layer)}`) },
  });
  const manifest = JSON.stringify([
    {
      Config: 'config.json',
      RepoTags: [`${name}:latest`],
      Layers: layers.map((_, index) => `${index}/layer.tar`),
    },
  ]);
  return rawTar(
    { name: 'manifest.json', content: manifest },
    { name: 'config.json', content: config },
    ...layers.map((content, index) => ({ name: `${index}/layer.tar`, content })),
  );
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
