/**
 * Establishes that `plugin serve` works on a real kernel as the daemon needs it: mounts that
 * outlive it, streams of any length in little memory, no half layer after a kill, and no way out
 * of the home.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveOf, collect, namesOf } from '../../helpers/archives.js';
import { BIN, bodyOf, PluginProgram } from '../../helpers/plugin-program.js';
import { rawEntry, rawTar } from '../../helpers/raw-tar.js';

const MEBIBYTE = 1024 * 1024;

let plugin: PluginProgram;

beforeEach(() => {
  plugin = new PluginProgram();
});

afterEach(() => plugin.remove());

async function startWithLayers(): Promise<void> {
  await plugin.start();
  await plugin.init();
  await plugin.succeed('Create', { ID: 'base' });
  await plugin.apply('base', '', archiveOf({ name: 'a', content: 'one' }, { name: 'b' }));
  await plugin.succeed('CreateReadWrite', { ID: 'top', Parent: 'base' });
}

describe('plugin serve', () => {
  it('mounts, compares and archives layers of the kernel', async () => {
    await startWithLayers();

    const { Dir } = await plugin.succeed('Get', { ID: 'top' });
    writeFileSync(join(String(Dir), 'new'), 'text');

    expect(readFileSync(join(String(Dir), 'a'), 'utf8')).toBe('one');
    expect(await plugin.succeed('Changes', { ID: 'top', Parent: 'base' })).toEqual({
      Changes: [{ Path: '/new', Kind: 1 }],
    });
    expect(await namesOf(await plugin.diff('top', 'base'))).toEqual(['new']);
    await plugin.succeed('Put', { ID: 'top' });
    expect(plugin.mounts()).toEqual([]);
  });

  it('ends at SIGTERM and leaves what is mounted to the next one', async () => {
    await startWithLayers();
    for (let user = 0; user < 2; user += 1) await plugin.succeed('Get', { ID: 'top' });

    expect(await plugin.end()).toBe(0);
    expect(existsSync(plugin.socket)).toBe(false);
    expect(plugin.mounts()).toHaveLength(1);

    await plugin.start();
    await plugin.succeed('Put', { ID: 'top' });
    expect(plugin.mounts()).toHaveLength(1);
    await plugin.succeed('Put', { ID: 'top' });
    expect(plugin.mounts()).toEqual([]);
  });

  it('answers what was asked before SIGTERM', async () => {
    await startWithLayers();
    const archive = await collect(archiveOf({ name: 'c', content: 'x'.repeat(100_000) }));
    await plugin.succeed('Create', { ID: 'late', Parent: 'base' });
    const answered = plugin.apply(
      'late',
      'base',
      (async function* () {
        yield archive.subarray(0, 1000);
        process.kill(plugin.child?.pid ?? 0, 'SIGTERM');
        await new Promise((resolve) => setTimeout(resolve, 300));
        yield archive.subarray(1000);
      })(),
    );

    expect(await answered).toEqual({ Size: 100_000 });
  });

  it('leaves no half layer when it is killed amid an archive', async () => {
    await startWithLayers();
    await plugin.succeed('Create', { ID: 'half', Parent: 'base' });
    const entries = Array.from({ length: 200 }, (_, index) => ({
      name: `f${index}`,
      content: 'x',
    }));
    const archive = await collect(archiveOf(...entries));
    const broken = plugin.apply(
      'half',
      'base',
      (async function* () {
        yield archive.subarray(0, archive.length / 2);
        await expect
          .poll(() => readdirSync(join(plugin.home, 'half', 'diff')).length)
          .toBeGreaterThan(50);
        process.kill(plugin.child?.pid ?? 0, 'SIGKILL');
      })(),
    );
    await expect(broken).rejects.toThrow(/hang up|ECONNRESET|EPIPE/);
    await plugin.end();

    await plugin.start();
    expect(String((await plugin.ask('Get', { ID: 'half' }))['Err'])).toMatch(
      /^layer "half" is incomplete/,
    );
    // A daemon that repeats the call has nothing left to send.
    expect(await plugin.apply('half', 'base', archiveOf())).toEqual({ Size: 0 });
    expect(readdirSync(join(plugin.home, 'half', 'diff'))).toEqual([]);
  });

  it('feeds an archive of 10,000 files into another layer of its own', async () => {
    await startWithLayers();
    await plugin.succeed('Create', { ID: 'from' });
    await plugin.succeed('Create', { ID: 'to' });
    const entries = Array.from({ length: 10_000 }, (_, index) => ({
      name: `file-${index}`,
      content: `content ${index}`,
    }));
    const { Size } = await plugin.apply('from', '', archiveOf(...entries));

    expect(await plugin.apply('to', '', await plugin.diff('from'))).toEqual({ Size });
    expect(readdirSync(join(plugin.home, 'to', 'diff'))).toHaveLength(10_000);
  });

  it('holds no layer in memory', async () => {
    await startWithLayers();
    await plugin.succeed('Create', { ID: 'large' });
    const before = plugin.peakMemory();

    const { Size } = await plugin.apply('large', '', largeArchive(300));
    let bytes = 0;
    for await (const chunk of await plugin.diff('large')) bytes += (chunk as Buffer).length;

    expect(Size).toBe(300 * MEBIBYTE);
    expect(bytes).toBeGreaterThan(300 * MEBIBYTE);
    expect(plugin.peakMemory() - before).toBeLessThan(100);
  });

  it('listens on the socket that a service manager hands over', async () => {
    const python = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(8)
os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')
os.execv(sys.argv[2], sys.argv[2:])`;
    const args = ['-c', python, plugin.socket, process.execPath, BIN];

    await plugin.run('python3', [...args, 'plugin', 'serve', '--state', plugin.state]);
    await plugin.init();

    expect(await plugin.end()).toBe(0);
    // Whoever made the socket removes it.
    expect(existsSync(plugin.socket)).toBe(true);
  });

  it('is out of reach for everybody but root', async () => {
    await plugin.start();
    spawnSync('chmod', ['0755', plugin.scratch]);

    expect(connectAsNobody()).toBe('EACCES');
  });

  it('hangs up on everybody but root where the socket was opened to all', async () => {
    await plugin.start();
    spawnSync('chmod', ['0755', plugin.scratch]);
    spawnSync('chmod', ['0666', plugin.socket]);

    expect(connectAsNobody()).toBe('ECONNRESET');
    await expect
      .poll(() => plugin.log)
      .toContain('refused a connection of somebody who is not root');
    expect(await plugin.ask('Status')).toHaveProperty('Err');
  });

  it('reaches nothing outside of its home by ids, labels or archives', async () => {
    await startWithLayers();
    const outside = join(plugin.scratch, 'outside');
    writeFileSync(outside, 'precious');
    const ids = ['..', '../..', '../outside', '/etc', 'a/b', 'l', '.', '', 'x\0y', '../../outside'];
    for (const id of ids) {
      for (const method of ['Create', 'CreateReadWrite', 'Remove', 'Get', 'Put', 'GetMetadata']) {
        const { Err } = await plugin.ask(method, { ID: id });
        expect([id, method, Err]).toEqual([
          id,
          method,
          expect.stringMatching(/^invalid layer id|id is empty$/),
        ]);
      }
      expect(await plugin.ask('Exists', { ID: id })).toEqual({ Exists: false });
      if (id !== '') {
        expect(await plugin.ask('Create', { ID: 'child', Parent: id })).toHaveProperty('Err');
      }
      const query = `id=${encodeURIComponent(id)}&parent=`;
      const response = await plugin.send(`GraphDriver.ApplyDiff?${query}`, archiveOf());
      expect(JSON.parse((await bodyOf(response)).toString())).toHaveProperty('Err');
    }
    await plugin.succeed('Create', { ID: 'hostile' });
    await plugin.apply(
      'hostile',
      '',
      once(
        rawTar(
          { name: '../../../outside', content: 'gone' },
          { name: 'link', type: '2', link: '../../../../outside' },
          { name: 'link', content: 'gone' },
        ),
      ),
    );
    await plugin.ask('Get', { ID: 'top', MountLabel: `x",upperdir=${plugin.scratch}` });

    expect(readFileSync(outside, 'utf8')).toBe('precious');
    expect(lstatSync(plugin.home).isDirectory()).toBe(true);
    expect(readdirSync(plugin.scratch).sort()).toEqual(['outside', 'p.sock', 'root', 'state']);
    expect(readdirSync(join(plugin.scratch, 'root'))).toEqual(['overlay2']);
  });
});

/** Asks as somebody who is not root; gives the status, or the code of what went wrong. */
function connectAsNobody(): string {
  const ask = `require('http')
    .request({ socketPath: process.argv[1], path: '/Plugin.Activate', method: 'POST' })
    .on('response', (response) => console.log(response.statusCode))
    .on('error', (error) => console.log(error.code === 'EPIPE' ? 'ECONNRESET' : error.code))
    .end()`;
  const { stdout } = spawnSync(process.execPath, ['-e', ask, plugin.socket], {
    uid: 65_534,
    gid: 65_534,
    encoding: 'utf8',
  });
  return stdout.trim();
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** An archive of one file of so many MiB, made on the way. */
async function* largeArchive(mebibytes: number): AsyncGenerator<Uint8Array> {
  yield rawEntry({ name: 'large', sizeSaid: mebibytes * MEBIBYTE });
  const chunk = Buffer.alloc(MEBIBYTE, 'x');
  for (let index = 0; index < mebibytes; index += 1) yield chunk;
  yield Buffer.alloc(1024);
}
