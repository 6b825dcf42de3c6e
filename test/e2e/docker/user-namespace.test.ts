/**
 * Establishes that a daemon with `userns-remap` runs on the plugin: what Init says of ids is
 * honoured in the owners of directories, in extraction, in mounts and in archives. Needs Debian's
 * docker.io and busybox-static, and skips without them.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerDaemon, makeRootFileSystem, whyNoDocker } from '../../helpers/docker-daemon.js';
import { listing } from '../../helpers/docker-transcript.js';
import { PluginProgram } from '../../helpers/plugin-program.js';

const NAME = `o2r-${process.pid}-u`;
const SOCKET = `/run/docker/plugins/${NAME}.sock`;
const FIRST = 300_000;
/** Files that tell the daemon whose ids are whose; covered, in this mount namespace, by ours. */
const TABLES = ['/etc/subuid', '/etc/subgid'];

const reason = whyNoUserNamespace();
if (reason !== undefined) process.stderr.write(`skipped userns-remap with dockerd: ${reason}\n`);

function whyNoUserNamespace(): string | undefined {
  const missing = TABLES.find((path) => !existsSync(path));
  if (missing !== undefined) return `${missing} is missing`;
  const { status, stderr } = spawnSync('unshare', ['-U', 'true'], { encoding: 'utf8' });
  return status === 0 ? whyNoDocker() : stderr.trim();
}

describe.skipIf(reason !== undefined)("Docker's daemon with userns-remap", () => {
  let daemon: DockerDaemon;
  let plugin: PluginProgram;
  let home = '';

  beforeAll(async () => {
    daemon = new DockerDaemon({ isInMemory: true });
    plugin = new PluginProgram(SOCKET);
    home = join(daemon.root, `${FIRST}.${FIRST}`, NAME);
    // The root of a container has to pass through.
    chmodSync(daemon.scratch, 0o711);
    const table = join(daemon.scratch, 'ids');
    writeFileSync(table, `nobody:${FIRST}:65536\nnogroup:${FIRST}:65536\n`);
    for (const path of TABLES) spawnSync('mount', ['--bind', table, path]);
    await plugin.start();
    await daemon.start(NAME, ['--userns-remap', 'nobody:nogroup']);
    daemon.succeed('import', makeRootFileSystem(daemon.scratch), 'box');
  });

  afterAll(async () => {
    for (const path of TABLES) spawnSync('umount', [path]);
    await daemon.remove();
    await plugin.end();
    await plugin.remove();
    expect(existsSync(daemon.scratch)).toBe(false);
  });

  function upperOf(container: string): string {
    return daemon.succeed('inspect', '--format', '{{.GraphDriver.Data.UpperDir}}', container);
  }

  it("gives the home to the containers' root", () => {
    expect(lstatSync(home)).toMatchObject({ uid: FIRST, gid: FIRST });
  });

  it('shows a container its own ids, and writes those of the host', () => {
    const script = 'touch /by-root; touch /by-other; chown 7:8 /by-other; chown 9 /dir1/b;';
    const look = 'stat -c "%u:%g %n" / /dir1 /dir1/a /by-other; cat /proc/self/uid_map';
    const words = ['run', '--name', 'one', '--network', 'none', 'box', 'sh', '-c', script + look];
    const told = daemon.succeed(...words).split('\n');

    expect(told.slice(0, 4)).toEqual(['0:0 /', '0:0 /dir1', '0:0 /dir1/a', '7:8 /by-other']);
    expect(told[4]?.trim().split(/ +/)).toEqual(['0', `${FIRST}`, '65536']);
    const upper = upperOf('one');
    expect(lstatSync(upper)).toMatchObject({ uid: FIRST, gid: FIRST });
    expect(lstatSync(join(upper, 'by-root'))).toMatchObject({ uid: FIRST, gid: FIRST });
    expect(lstatSync(join(upper, 'by-other'))).toMatchObject({ uid: FIRST + 7, gid: FIRST + 8 });
    expect(lstatSync(join(upper, 'dir1/b'))).toMatchObject({ uid: FIRST + 9, gid: FIRST });
  });

  it("keeps the containers' ids in the archives of layers", async () => {
    daemon.succeed('commit', 'one', 'changed');
    const context = join(daemon.scratch, 'context');
    mkdirSync(context);
    const steps = ['FROM changed', 'RUN rm /dir1/a && rm -r /dir1/sub && mkdir /dir1/sub'];
    writeFileSync(join(context, 'Dockerfile'), steps.join('\n'));
    daemon.succeed('build', '--network', 'none', '-t', 'built', context);
    const words = ['run', '--rm', '--network', 'none', 'built', 'stat', '-c', '%u:%g %n'];
    const look = [...words, '/by-other', '/dir1/b', '/dir1/sub'];
    const told = ['7:8 /by-other', '9:0 /dir1/b', '0:0 /dir1/sub'].join('\n');
    expect(daemon.succeed(...look)).toBe(told);

    daemon.succeed('create', '--name', 'two', '--network', 'none', 'built', 'true');
    const lines = await listing((await daemon.execute(['export', 'two'])).stdout);
    expect(lines).toContain('7:8 file "by-other"');
    expect(lines).not.toMatch(/ 30\d{4}:/);
    const saved = join(daemon.scratch, 'saved.tar');
    daemon.succeed('save', '-o', saved, 'built');
    daemon.succeed('rm', 'one', 'two');
    daemon.succeed('rmi', '-f', 'built', 'changed');
    daemon.succeed('load', '-i', saved);
    expect(daemon.succeed(...look)).toBe(told);
    const again = join(daemon.scratch, 'again.tar');
    daemon.succeed('save', '-o', again, 'built');
    expect(readFileSync(again).equals(readFileSync(saved))).toBe(true);
  });

  it('goes on with these ids when the plugin is started anew', async () => {
    await plugin.end('SIGKILL');
    await plugin.start();
    const words = ['run', '--name', 'three', '--network', 'none', 'box', 'touch', '/new'];

    daemon.succeed(...words);

    expect(lstatSync(join(upperOf('three'), 'new'))).toMatchObject({ uid: FIRST, gid: FIRST });
    daemon.succeed('rm', 'three');
  });
});
