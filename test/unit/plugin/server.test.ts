/**
 * Establishes that the plugin speaks the graph driver protocol as the daemon reads it: answers of
 * all methods and forms of failures, on a driver in memory through a real socket.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GraphDriverError } from '../../../src/domain/errors.js';
import { archiveOf, collect, namesOf } from '../../helpers/archives.js';
import { chunksOfZeros, PLUGIN_HOME, PluginPlace } from '../../helpers/plugin-place.js';

let place: PluginPlace;

beforeEach(() => {
  place = new PluginPlace();
});

afterEach(() => place.remove());

const ARCHIVE = (): Promise<Buffer> =>
  collect(archiveOf({ name: 'a', content: 'one' }, { name: 'b', content: 'three' }));

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
    await place.serveStub({
      async diff() {
        return (async function* () {
          yield* chunksOfZeros(3);
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
    await place.serveStub({
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
    await place.serveStub({
      async cleanup() {
        throw new GraphDriverError('syscall', '');
      },
    });
    await place.init();

    expect((await place.ask('Cleanup'))['Err']).not.toBe('');
  });

  it('gives sizes of 64 bits digit by digit', async () => {
    await place.serveStub({ diffSize: async () => 9_223_372_036_854_775_807n });
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

function HUGE_MAP(): string {
  const map = { container_id: 0, host_id: 4_294_967_000, size: 65_536 };
  return JSON.stringify({ Home: PLUGIN_HOME, UIDMaps: [map] });
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
