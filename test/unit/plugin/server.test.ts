/**
 * Establishes that the plugin speaks the graph driver protocol as the daemon reads it: answers of
 * all methods, forms of failures, sockets and restarts, on a driver in memory through a real socket.
 */
import { createServer } from 'node:net';
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ComposedDriver } from '../../../src/composition.js';
import { GraphDriverError } from '../../../src/domain/errors.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { archiveOf, collect, namesOf } from '../../helpers/archives.js';
import { partOf } from '../../helpers/part-of.js';
import { PLUGIN_HOME, PluginPlace } from '../../helpers/plugin-place.js';

let place: PluginPlace;

beforeEach(() => {
  place = new PluginPlace();
});

afterEach(() => place.remove());

const ARCHIVE = (): Promise<Buffer> =>
  collect(archiveOf({ name: 'a', content: 'one' }, { name: 'b', content: 'three' }));

/** Serves a driver of which a test tells what it does. */
function serveStub(methods: Partial<OverlayDriver>): Promise<unknown> {
  return place.serve(async () => {
    const driver = partOf<OverlayDriver>(methods);
    return partOf<ComposedDriver>({
      driver,
      lock: async () => undefined,
      dispose: async () => undefined,
    });
  });
}

async function* chunks(count: number, onChunk: () => void = () => undefined) {
  for (let index = 0; index < count; index += 1) {
    onChunk();
    yield new Uint8Array(65_536);
  }
}

describe('the plugin', () => {
  it('tells that it is a graph driver, for a request without a body', async () => {
    await place.fake();

    const { status, body } = await place.call('Plugin.Activate');

    expect([status, body.toString()]).toEqual([200, '{"Implements":["GraphDriver"]}\n']);
  });

  it('never claims to reproduce archives, nested where the daemon looks', async () => {
    await place.fake();

    expect(await place.ask('Capabilities')).toEqual({
      Capabilities: { ReproducesExactDiffs: false },
    });
  });

  it('carries a layer through its life', async () => {
    await place.fake();
    await place.init();

    expect(await place.ask('Create', { ID: 'base' })).toEqual({});
    const applied = await place.apply('base', '', [await ARCHIVE()]);
    expect([applied.status, applied.body.toString()]).toEqual([200, '{"Size":8}\n']);
    expect(await place.ask('CreateReadWrite', { ID: 'top', Parent: 'base' })).toEqual({});
    expect(await place.ask('Get', { ID: 'top' })).toEqual({ Dir: `${PLUGIN_HOME}/top/merged` });
    expect(await place.ask('Put', { ID: 'top' })).toEqual({});
    expect(await place.ask('Changes', { ID: 'base' })).toEqual({
      Changes: [
        { Path: '/a', Kind: 1 },
        { Path: '/b', Kind: 1 },
      ],
    });
    expect(await place.ask('DiffSize', { ID: 'base' })).toEqual({ Size: 8 });
    expect(await place.ask('Exists', { ID: 'base' })).toEqual({ Exists: true });
    expect((await place.ask('GetMetadata', { ID: 'top' }))['Metadata']).toMatchObject({
      LowerDir: `${PLUGIN_HOME}/base/diff`,
      MergedDir: `${PLUGIN_HOME}/top/merged`,
    });
    expect((await place.ask('Status'))['Status']).toContainEqual(['Supports d_type', 'true']);
    expect(await place.ask('Remove', { ID: 'top' })).toEqual({});
    expect(await place.ask('Exists', { ID: 'top' })).toEqual({ Exists: false });
    expect(await place.ask('Cleanup')).toEqual({});
  });

  it('gives as archive what was applied', async () => {
    await place.fake();
    await place.init();
    await place.ask('Create', { ID: 'base' });
    await place.apply('base', '', [await ARCHIVE()]);

    const { status, body, isBroken } = await place.call('GraphDriver.Diff', { ID: 'base' });

    expect([status, isBroken]).toEqual([200, false]);
    expect(await namesOf(chunksOf(body))).toEqual(['a', 'b']);
  });

  it('answers a failure with status 200 and the text', async () => {
    await place.fake();
    await place.init();

    expect(await place.ask('Get', { ID: 'none' })).toEqual({
      Err: `stat ${PLUGIN_HOME}/none: no such file or directory`,
      Code: 'syscall',
      Errno: 'ENOENT',
    });
  });

  it('answers a Diff that cannot begin with another status', async () => {
    await place.fake();
    await place.init();

    const { status, body } = await place.call('GraphDriver.Diff', { ID: 'none' });

    expect(status).toBe(500);
    expect(JSON.parse(body.toString())).toMatchObject({
      Err: `stat ${PLUGIN_HOME}/none: no such file or directory`,
    });
  });

  it('breaks the connection where a Diff fails after its first byte', async () => {
    await serveStub({
      async diff() {
        return (async function* () {
          yield* chunks(3);
          throw new GraphDriverError('syscall', 'input/output error');
        })();
      },
    });
    await place.init();

    const { status, isBroken } = await place.call('GraphDriver.Diff', { ID: 'x' });

    expect([status, isBroken]).toEqual([200, true]);
  });

  it('answers every call before Init with what is missing', async () => {
    await place.fake();

    const Err = 'GraphDriver.Init has not been called';
    expect(await place.ask('Get', { ID: 'x' })).toMatchObject({ Err });
    const applied = await place.apply('x', '', [await ARCHIVE()]);
    expect(JSON.parse(applied.body.toString())).toMatchObject({ Err });
    expect((await place.call('GraphDriver.Diff', { ID: 'x' })).status).toBe(500);
  });

  it.each([
    ['an unknown method', 'GraphDriver.Nothing', ['{}'], 404],
    ['another subsystem', 'VolumeDriver.Get', ['{}'], 404],
    ['no body', 'GraphDriver.Get', [], 400],
    ['no JSON', 'GraphDriver.Get', ['{"ID":'], 400],
    ['a list', 'GraphDriver.Get', ['[]'], 400],
    ['an id that is a number', 'GraphDriver.Get', ['{"ID":1}'], 400],
    ['options that are a list', 'GraphDriver.Create', ['{"ID":"a","StorageOpt":[]}'], 400],
    ['what is no UTF-8', 'GraphDriver.Get', [Buffer.from('{"ID":"\xff"}', 'latin1')], 400],
    ['Init without a home', 'GraphDriver.Init', ['{}'], 400],
    ['an id map beyond 32 bits', 'GraphDriver.Init', [HUGE_MAP()], 400],
    ['ApplyDiff without an id', 'GraphDriver.ApplyDiff?parent=x', ['x'], 400],
    ['five megabytes of a name', 'GraphDriver.Get', ['x'.repeat(5_000_000)], 413],
  ])('refuses %s and goes on', async (_what, path, body, status) => {
    await place.fake();
    await place.init();

    expect((await place.send(path, body)).status).toBe(status);
    expect(await place.ask('Exists', { ID: 'x' })).toEqual({ Exists: false });
  });

  it('refuses other verbs than POST', async () => {
    await place.fake();

    expect((await place.send('Plugin.Activate', [], { verb: 'GET' })).status).toBe(405);
  });

  it('takes null and missing members for empty ones', async () => {
    await place.fake();
    await place.init();

    expect(await place.ask('Create', { ID: 'a', Parent: null, StorageOpt: null })).toEqual({});
  });

  it('tells a fault of its own as one, and goes on', async () => {
    await serveStub({
      async status() {
        throw new TypeError('x is not a function');
      },
      exists: async () => true,
    });
    await place.init();

    const { status, body } = await place.call('GraphDriver.Status', {});

    expect(status).toBe(500);
    expect(body.toString()).toContain('internal: x is not a function');
    expect(await place.ask('Exists', { ID: 'x' })).toEqual({ Exists: true });
  });

  it('never answers a failure without a text', async () => {
    await serveStub({
      async cleanup() {
        throw new GraphDriverError('syscall', '');
      },
    });
    await place.init();

    expect((await place.ask('Cleanup'))['Err']).not.toBe('');
  });

  it('gives sizes of 64 bits digit by digit', async () => {
    await serveStub({ diffSize: async () => 9_223_372_036_854_775_807n });
    await place.init();

    const { body } = await place.call('GraphDriver.DiffSize', { ID: 'x' });

    expect(body.toString()).toBe('{"Size":9223372036854775807}\n');
  });

  it('writes one line a call, with its time', async () => {
    await place.fake();
    await place.init();
    await place.ask('Get', { ID: 'none' });
    await place.end();

    const calls = place.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(calls.filter(({ msg }) => String(msg).startsWith('GraphDriver.'))).toMatchObject([
      { level: 'info', msg: 'GraphDriver.Init', status: 200, ms: expect.any(Number) },
      { level: 'warning', msg: 'GraphDriver.Get', id: 'none', err: expect.stringMatching(/^stat/) },
    ]);
  });
});

describe('the streams of the plugin', () => {
  it('does not read ahead of a slow reader', async () => {
    let made = 0;
    await serveStub({ diff: async () => chunks(2000, () => (made += 1)) });
    await place.init();

    const slow = request({
      socketPath: place.socket,
      path: '/GraphDriver.Diff',
      method: 'POST',
      agent: false,
    });
    slow.end('{"ID":"x"}');
    slow.on('error', () => undefined);
    const response = await new Promise((resolve) => slow.once('response', resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(response).toBeDefined();
    expect(made).toBeGreaterThan(0);
    // 125 MB are to be had; sockets hold less than one.
    expect(made).toBeLessThan(64);
    slow.destroy();
  });

  it('returns an archive whose reader went away', async () => {
    let returned = 0;
    await serveStub({
      diff: async () =>
        (async function* () {
          try {
            yield* chunks(100_000);
          } finally {
            returned += 1;
          }
        })(),
    });
    await place.init();

    const leaving = request({
      socketPath: place.socket,
      path: '/GraphDriver.Diff',
      method: 'POST',
    });
    leaving.on('error', () => undefined);
    leaving.on('response', (response) => void response.once('data', () => leaving.destroy()));
    leaving.end('{"ID":"x"}');

    await expect.poll(() => returned).toBe(1);
  });

  it('feeds an archive of one layer into another while both are open', async () => {
    await place.fake();
    await place.init();
    const entries = Array.from({ length: 1000 }, (_, index) => ({
      name: `f${index}`,
      content: `content ${index}`,
    }));
    await place.ask('Create', { ID: 'from' });
    await place.apply('from', '', [await collect(archiveOf(...entries))]);
    await place.ask('Create', { ID: 'to' });

    expect(await pipeDiff('from', 'to')).toBe(200);
    expect(await place.ask('DiffSize', { ID: 'to' })).toEqual(
      await place.ask('DiffSize', { ID: 'from' }),
    );
  }, 30_000);

  it('answers other calls while an archive is on its way', async () => {
    await place.fake();
    await place.init();
    await place.ask('Create', { ID: 'a' });
    const archive = await ARCHIVE();
    const open = request({
      socketPath: place.socket,
      path: '/GraphDriver.ApplyDiff?id=a&parent=',
      method: 'POST',
      agent: false,
    });
    const answered = new Promise<number>((resolve) =>
      open.once('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }),
    );
    open.write(archive.subarray(0, 700));

    expect(await place.ask('Create', { ID: 'b' })).toEqual({});
    open.end(archive.subarray(700));
    expect(await answered).toBe(200);
  });
});

describe('the socket of the plugin', () => {
  it('is for its owner alone', async () => {
    await place.fake();

    expect(statSync(place.socket).mode & 0o777).toBe(0o600);
  });

  it('is gone when the plugin has ended', async () => {
    await place.fake();
    await place.end();

    expect(existsSync(place.socket)).toBe(false);
  });

  it('is not taken from somebody who listens', async () => {
    await place.fake();

    await expect(place.fake()).rejects.toThrow(`another process listens on ${place.socket}`);
    expect((await place.call('Plugin.Activate')).status).toBe(200);
  });

  it('is taken from somebody who is gone', async () => {
    await leaveStaleSocket(place.socket);

    await place.fake();

    expect((await place.call('Plugin.Activate')).status).toBe(200);
  });

  it('never takes the place of another file', async () => {
    writeFileSync(place.socket, 'precious');

    await expect(place.fake()).rejects.toThrow('is there and is no socket');
  });
});

describe('a plugin that is started anew', () => {
  it('answers without another Init, and goes on counting', async () => {
    await place.fake();
    await place.init();
    await place.ask('Create', { ID: 'base' });
    await place.ask('CreateReadWrite', { ID: 'top', Parent: 'base' });
    for (let user = 0; user < 3; user += 1) await place.ask('Get', { ID: 'top' });
    await place.end();

    await place.fake();
    for (let user = 0; user < 2; user += 1) await place.ask('Put', { ID: 'top' });
    expect(await place.mounts()).toEqual([`${PLUGIN_HOME}/top/merged`]);
    await place.ask('Put', { ID: 'top' });

    expect(await place.mounts()).toEqual([]);
  });

  it('forgets counts when a new daemon begins', async () => {
    await place.fake();
    await place.init();
    await place.ask('Create', { ID: 'base' });
    await place.ask('CreateReadWrite', { ID: 'top', Parent: 'base' });
    for (let user = 0; user < 3; user += 1) await place.ask('Get', { ID: 'top' });
    await place.end();

    await place.fake();
    await place.init();
    await place.ask('Get', { ID: 'top' });
    await place.end();
    await place.fake();
    await place.ask('Put', { ID: 'top' });

    expect(await place.mounts()).toEqual([]);
  });

  it('tells of what it remembers and cannot read', async () => {
    await place.fake();
    await place.init();
    await place.end();
    writeFileSync(join(place.scratch, 'state', 'init.json'), '{"Home"');

    await place.fake();

    expect((await place.ask('Exists', { ID: 'x' }))['Err']).toMatch(/init\.json is damaged$/);
    await place.init();
    expect(await place.ask('Exists', { ID: 'x' })).toEqual({ Exists: false });
  });

  it('keeps the driver that it has where another cannot start', async () => {
    await place.fake();
    await place.init();
    await place.ask('Create', { ID: 'base' });

    const { Err } = await place.ask('Init', { Home: PLUGIN_HOME, Opts: ['overlay2.nothing=1'] });

    expect(Err).toBe('overlay2: unknown option overlay2.nothing');
    expect(await place.ask('Exists', { ID: 'base' })).toEqual({ Exists: true });
  });
});

function HUGE_MAP(): string {
  const map = { container_id: 0, host_id: 4_294_967_000, size: 65_536 };
  return JSON.stringify({ Home: PLUGIN_HOME, UIDMaps: [map] });
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** What a killed server leaves: a socket that nobody listens on. */
async function leaveStaleSocket(path: string): Promise<void> {
  const server = createServer();
  const hidden = `${path}.old`;
  await new Promise<void>((resolve) => server.listen(hidden, resolve));
  renameSync(hidden, path);
  await new Promise((resolve) => server.close(resolve));
}

async function pipeDiff(from: string, to: string): Promise<number> {
  const options = { socketPath: place.socket, method: 'POST', agent: false };
  return new Promise((resolve, reject) => {
    const apply = request({ ...options, path: `/GraphDriver.ApplyDiff?id=${to}&parent=` });
    apply.on('error', reject);
    apply.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    const diff = request({ ...options, path: '/GraphDriver.Diff' });
    diff.on('error', reject);
    diff.on('response', (response) => void response.pipe(apply));
    diff.end(JSON.stringify({ ID: from }));
  });
}
