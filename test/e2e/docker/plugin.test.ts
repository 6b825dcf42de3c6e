/**
 * Establishes that a real Docker daemon keeps its images and containers in this driver by way of
 * the plugin: import, run, diff, commit, build, save and load, and restarts of either side; and
 * that nothing stays behind. Needs Debian's docker.io and busybox-static, and skips without them.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerDaemon, makeRootFileSystem, whyNoDocker } from '../../helpers/docker-daemon.js';
import { PluginProgram } from '../../helpers/plugin-program.js';

const NAME = `o2r-${process.pid}`;
/** Where the daemon looks for plugins, whatever directories it is given. */
const SOCKET = `/run/docker/plugins/${NAME}.sock`;

const reason = whyNoDocker();
if (reason !== undefined) process.stderr.write(`skipped the tests with dockerd: ${reason}\n`);

let daemon: DockerDaemon;
let plugin: PluginProgram;

function lines(text: string): readonly string[] {
  return text.split('\n').sort();
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

describe.skipIf(reason !== undefined)("Docker's daemon on the plugin", () => {
  beforeAll(async () => {
    daemon = new DockerDaemon();
    plugin = new PluginProgram(SOCKET);
    await plugin.start();
    await daemon.start(NAME);
    daemon.succeed('import', makeRootFileSystem(daemon.scratch), 'box');
  });

  afterAll(async () => {
    await daemon.remove();
    await plugin.end();
    await plugin.remove();
    expect(existsSync(SOCKET)).toBe(false);
    expect(existsSync(daemon.scratch)).toBe(false);
    expect(daemon.mounts()).toEqual([]);
  });

  it('tells of the driver in docker info', () => {
    const info = daemon.succeed('info');

    expect(info).toContain(`Storage Driver: ${NAME}`);
    expect(info).toContain('Supports d_type: true');
    expect(info).toContain('Native Overlay Diff: true');
  });

  it('runs a container', () => {
    const words = ['run', '--rm', '--network', 'none', 'box', 'cat', '/dir1/a'];

    expect(daemon.succeed(...words)).toBe('dir1/a');
  });

  it('tells what a container has changed, and commits it', () => {
    const script =
      'echo new > /dir1/n; rm /dir1/a; rm -r /dir1/sub; mkdir /dir1/sub; touch /dir1/sub/y';
    daemon.succeed('run', '--name', 'c1', '--network', 'none', 'box', 'sh', '-c', script);

    expect(lines(daemon.succeed('diff', 'c1'))).toEqual([
      'A /dir1/n',
      'A /dir1/sub/y',
      'C /dir1',
      'C /dir1/sub',
      'D /dir1/a',
      'D /dir1/sub/x',
    ]);
    daemon.succeed('commit', 'c1', 'changed');
    const find = ['run', '--rm', '--network', 'none', 'changed', 'find', '/dir1'];
    expect(lines(daemon.succeed(...find))).toEqual([
      '/dir1',
      '/dir1/b',
      '/dir1/n',
      '/dir1/sub',
      '/dir1/sub/y',
    ]);
    expect(daemon.succeed('ps', '-as', '--format', '{{.Size}}')).toMatch(/^4B/);
    daemon.succeed('rm', 'c1');
  });

  it('shows where the parts of a container lie', () => {
    daemon.succeed('create', '--name', 'c2', '--network', 'none', 'box', 'true');
    const data = JSON.parse(
      daemon.succeed('inspect', '--format', '{{json .GraphDriver}}', 'c2'),
    ) as { readonly Name: string; readonly Data: Readonly<Record<string, string>> };
    const home = join(daemon.root, NAME);

    expect(data.Name).toBe(NAME);
    expect(Object.keys(data.Data).sort()).toEqual(['LowerDir', 'MergedDir', 'UpperDir', 'WorkDir']);
    expect(data.Data['UpperDir']?.startsWith(`${home}/`)).toBe(true);
    daemon.succeed('rm', 'c2');
  });

  it('builds an image in steps that delete and replace', () => {
    const context = join(daemon.scratch, 'context');
    mkdirSync(context);
    writeFileSync(join(context, 'file'), 'from the context');
    const steps = [
      'FROM box',
      'COPY file /dir1/file',
      'RUN rm /dir1/a && echo changed > /dir1/b',
      'RUN rm -r /dir1/sub && mkdir /dir1/sub && echo z > /dir1/sub/z',
      'RUN rm /dir1/file',
      'ENV KEY=value',
      'RUN mkdir /made && touch /made/of',
    ];
    writeFileSync(join(context, 'Dockerfile'), `${steps.join('\n')}\n`);

    daemon.succeed('build', '--network', 'none', '-t', 'built', context);

    const find = ['run', '--rm', '--network', 'none', 'built', 'find', '/dir1', '/made'];
    expect(lines(daemon.succeed(...find))).toEqual([
      '/dir1',
      '/dir1/b',
      '/dir1/sub',
      '/dir1/sub/z',
      '/made',
      '/made/of',
    ]);
  });

  it('saves an image, removes it, loads it, and saves the same bytes', () => {
    const [first, second] = [join(daemon.scratch, '1.tar'), join(daemon.scratch, '2.tar')];
    daemon.succeed('save', '-o', first, 'built');
    daemon.succeed('rmi', '-f', 'built', 'changed');

    daemon.succeed('load', '-i', first);
    daemon.succeed('save', '-o', second, 'built');

    expect(digest(second)).toBe(digest(first));
    expect(daemon.succeed('run', '--rm', '--network', 'none', 'built', 'cat', '/dir1/b')).toBe(
      'changed',
    );
  });

  it('goes on when the plugin is killed and started anew below a container', async () => {
    daemon.succeed('run', '-d', '--name', 'lives', '--network', 'none', 'box', 'sleep', '1000');
    await plugin.end('SIGKILL');
    await plugin.start();

    expect(daemon.succeed('exec', 'lives', 'cat', '/dir1/b')).toBe('dir1/b');
    daemon.succeed('exec', 'lives', 'touch', '/tmp/after');
    expect(lines(daemon.succeed('diff', 'lives'))).toEqual(['A /tmp/after', 'C /tmp']);
    expect(daemon.succeed('run', '--rm', '--network', 'none', 'box', 'cat', '/dir1/a')).toBe(
      'dir1/a',
    );
    daemon.succeed('rm', '-f', 'lives');
    expect(daemon.mounts().filter((path) => path.endsWith('/merged'))).toEqual([]);
  });

  it('goes on when the daemon is started anew', async () => {
    daemon.succeed('create', '--name', 'stays', '--network', 'none', 'box', 'cat', '/dir1/b');
    await daemon.end();
    await daemon.start(NAME);

    expect(daemon.succeed('start', '-a', 'stays')).toBe('dir1/b');
    daemon.succeed('rm', 'stays');
  });

  it('leaves no layer when everything was removed', () => {
    const images = daemon.succeed('images', '-aq').split('\n');
    daemon.succeed('rmi', '-f', ...new Set(images));

    const home = join(daemon.root, NAME);
    expect(daemon.mounts().filter((path) => path.startsWith(`${home}/`))).toEqual([]);
    expect(readLayers(home)).toEqual([]);
  });
});

function readLayers(home: string): readonly string[] {
  return [...readdirSync(home).filter((name) => name !== 'l'), ...readdirSync(join(home, 'l'))];
}
