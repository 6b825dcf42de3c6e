/**
 * Establishes that archives stream through the plugin both ways at once, no faster than they are
 * read, and that other calls go on meanwhile.
 */
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GraphDriverError } from '../../../src/domain/errors.js';
import { archiveOf, collect } from '../../helpers/archives.js';
import { chunksOfZeros, PluginPlace } from '../../helpers/plugin-place.js';

let place: PluginPlace;

beforeEach(() => {
  place = new PluginPlace();
});

afterEach(() => place.remove());

const ARCHIVE = (): Promise<Buffer> =>
  collect(archiveOf({ name: 'a', content: 'one' }, { name: 'b', content: 'three' }));

describe('the streams of the plugin', () => {
  it('does not read ahead of a slow reader', async () => {
    let made = 0;
    await place.serveStub({ diff: async () => chunksOfZeros(2000, () => (made += 1)) });
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

  it('sends a small archive in one piece, with its length', async () => {
    const memory = new Uint8Array(1024).fill(1);
    await place.serveStub({
      diff: async () =>
        (async function* () {
          yield memory;
          // An archive may use its memory again once it is asked for more.
          memory.fill(2);
        })(),
    });
    await place.init();

    const { status, body, length } = await place.call('GraphDriver.Diff', { ID: 'x' });

    expect([status, length]).toEqual([200, '1024']);
    expect(body).toEqual(Buffer.alloc(1024, 1));
  });

  it('still answers with a status when a small archive fails after its first chunk', async () => {
    await place.serveStub({
      diff: async () =>
        (async function* () {
          yield new Uint8Array(1024);
          throw new GraphDriverError('broken', 'the layer broke off');
        })(),
    });
    await place.init();

    const { status, body } = await place.call('GraphDriver.Diff', { ID: 'x' });

    expect([status, body.toString()]).toEqual([500, expect.stringContaining('broke off')]);
  });

  it('returns an archive whose reader went away', async () => {
    let returned = 0;
    await place.serveStub({
      diff: async () =>
        (async function* () {
          try {
            yield* chunksOfZeros(100_000);
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
