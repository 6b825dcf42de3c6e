/**
 * Establishes whom a plugin leaves its socket to, and what one that is started anew remembers.
 */
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PLUGIN_HOME, PluginPlace } from '../../helpers/plugin-place.js';

let place: PluginPlace;

beforeEach(() => {
  place = new PluginPlace();
});

afterEach(() => place.remove());

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

/** What a killed server leaves: a socket that nobody listens on. */
async function leaveStaleSocket(path: string): Promise<void> {
  const server = createServer();
  const hidden = `${path}.old`;
  await new Promise<void>((resolve) => server.listen(hidden, resolve));
  renameSync(hidden, path);
  await new Promise((resolve) => server.close(resolve));
}
