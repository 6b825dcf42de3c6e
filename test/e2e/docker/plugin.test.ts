/**
 * Establishes that a real Docker daemon outlives its plugin and the plugin its daemon: either is
 * started anew, and the plugin is killed amid an import; and that nothing stays behind. Needs
 * Debian's docker.io and busybox-static, and skips without them.
 */
import { existsSync, readdirSync } from 'node:fs';
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

function home(): string {
  return join(daemon.root, NAME);
}

describe.skipIf(reason !== undefined)("Docker's daemon and its plugin", () => {
  beforeAll(async () => {
    daemon = new DockerDaemon({ isInMemory: true });
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

  it('fails an import clearly when the plugin is killed amid the archive', async () => {
    await plugin.end();
    await plugin.startMortal();
    const before = layersOf(home());
    await plugin.killAt(60);

    const importing = daemon.execute(['import', join(daemon.scratch, 'rootfs.tar'), 'half']);
    expect(await plugin.ended()).toBe('SIGKILL');
    const isNew = (name: string): boolean => name !== 'l' && !before.includes(name);
    const [half = ''] = readdirSync(home()).filter(isNew);
    expect(readdirSync(join(home(), half))).toContain('incomplete');
    await plugin.start();
    const { status, stderr } = await importing;

    expect(status).toBe(1);
    expect(stderr.toString()).toMatch(/ApplyDiff|archive/);
    expect(layersOf(home())).toEqual(before);
    daemon.succeed('import', join(daemon.scratch, 'rootfs.tar'), 'whole');
    const words = ['run', '--rm', '--network', 'none', 'whole', 'cat', '/dir1/a'];
    expect(daemon.succeed(...words)).toBe('dir1/a');
  });

  it('leaves no layer when everything was removed', () => {
    const images = daemon.succeed('images', '-aq').split('\n');
    daemon.succeed('rmi', '-f', ...new Set(images));

    expect(daemon.mounts().filter((path) => path.startsWith(`${home()}/`))).toEqual([]);
    expect(layersOf(home())).toEqual([]);
  });
});

/** Its layers and the names of their links. */
function layersOf(directory: string): readonly string[] {
  const layers = readdirSync(directory).filter((name) => name !== 'l');
  return [...layers, ...readdirSync(join(directory, 'l'))].sort();
}
