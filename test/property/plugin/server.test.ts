/**
 * Establishes, on a driver in memory behind a real socket: archives arrive whole however they are
 * cut, or not at all; the plugin answers as the driver does; and no bytes take it down.
 */
import { createConnection } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeFake } from '../../../src/composition.js';
import { messageOf } from '../../../src/domain/errors.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { archiveOf, collect, entriesOf } from '../../helpers/archives.js';
import { PLUGIN_HOME, PluginPlace } from '../../helpers/plugin-place.js';

let place: PluginPlace;

beforeEach(async () => {
  place = new PluginPlace();
  await place.fake();
  await place.init();
});

afterEach(() => place.remove());

const EMPTY_DIRECTORY = { Changes: [] };

const archiveBytes = (): Promise<Buffer> =>
  collect(
    archiveOf(
      { name: 'first', content: 'x'.repeat(700) },
      { name: 'second', content: 'y' },
      { name: 'third', content: '' },
    ),
  );

describe('an archive that is sent', () => {
  it('arrives whole, however it is cut into chunks', async () => {
    const archive = await archiveBytes();
    let layers = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(archive.length), { maxLength: 20 }), async (cuts) => {
        const id = `layer${(layers += 1)}`;
        await place.ask('Create', { ID: id });

        const { body } = await place.apply(id, '', pieces(archive, cuts));

        expect(body.toString()).toBe('{"Size":701}\n');
        const sent = await place.call('GraphDriver.Diff', { ID: id });
        expect(await entriesOf(one(sent.body))).toHaveLength(3);
      }),
      { numRuns: 40 },
    );
  });

  it('is refused and leaves nothing where its end is missing', async () => {
    const archive = await archiveBytes();
    await place.ask('Create', { ID: 'layer' });
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), async (length) => {
        const { status, body } = await place.apply('layer', '', [archive.subarray(0, length)]);

        expect(status).toBe(200);
        expect(JSON.parse(body.toString())).toHaveProperty('Err');
        expect(await place.ask('Changes', { ID: 'layer' })).toEqual(EMPTY_DIRECTORY);
      }),
      // At the boundaries of its blocks an archive looks whole.
      { numRuns: 60, examples: [[0], [512], [1536], [2560], [3072], [3584]] },
    );
  });

  it('leaves nothing where the connection breaks, and is taken when it is sent again', async () => {
    const archive = await archiveBytes();
    let layers = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: archive.length }), async (length) => {
        const id = `layer${(layers += 1)}`;
        await place.ask('Create', { ID: id });
        const path = `GraphDriver.ApplyDiff?id=${id}&parent=`;

        const { isBroken } = await place.send(path, [archive.subarray(0, length), 'more'], {
          cutAfter: 1,
        });

        expect(isBroken).toBe(true);
        await expect.poll(() => place.ask('Changes', { ID: id })).toEqual(EMPTY_DIRECTORY);
        // What a daemon sends that repeats the call with the body it has used up.
        expect((await place.apply(id, '', [])).body.toString()).toContain('the archive is empty');
        expect((await place.apply(id, '', [archive])).body.toString()).toBe('{"Size":701}\n');
      }),
      { numRuns: 30 },
    );
  });
});

/** A method, and how it is called on a driver in this process. */
interface Both {
  readonly method: string;
  readonly members: object;
  readonly direct: (driver: OverlayDriver) => Promise<unknown>;
}

const ID = fc.constantFrom('a', 'b', 'c', 'd', '..', '', 'l', 'x/y');

const BOTH: fc.Arbitrary<Both> = fc.tuple(fc.nat(9), ID, ID).map(([kind, id, parent]) => {
  const members = { ID: id, Parent: parent };
  const call = (method: string, direct: Both['direct']): Both => ({ method, members, direct });
  switch (kind) {
    case 0:
    case 1:
      return call('Create', (driver) => driver.create(id, parent));
    case 2:
      return call('CreateReadWrite', (d) => d.createReadWrite(id, parent));
    case 3:
      return call('Remove', (driver) => driver.remove(id));
    case 4:
    case 5:
      return call('Get', async (driver) => ({ Dir: await driver.get(id) }));
    case 6:
      return call('Put', (driver) => driver.put(id));
    case 7:
      return call('Exists', async (driver) => ({ Exists: await driver.exists(id) }));
    case 8:
      return call('GetMetadata', async (driver) => ({ Metadata: await driver.getMetadata(id) }));
    default:
      return call('DiffSize', async (d) => ({ Size: Number(await d.diffSize(id, parent)) }));
  }
});

describe('the answers of the plugin', () => {
  it('are those of the driver', async () => {
    let homes = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(BOTH, { maxLength: 25 }), async (calls) => {
        const home = `${PLUGIN_HOME}-${(homes += 1)}`;
        const alone = await composeFake({ home, profile: STRICT });
        await place.ask('Init', { Home: home });
        for (const { method, members, direct } of calls) {
          const expected = await direct(alone.driver).catch((error: unknown) => ({
            Err: messageOf(error),
          }));
          const { Code: _code, Errno: _errno, ...told } = await place.ask(method, members);
          expect([method, told]).toEqual([method, expected ?? {}]);
        }
        await alone.dispose();
        alone.machine.dispose();
      }),
      { numRuns: 40 },
    );
  });
});

describe('whatever is sent', () => {
  it('does not take the plugin down', async () => {
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
      fc
        .tuple(
          fc.constantFrom('Get', 'Init', 'ApplyDiff?id=a&parent=', 'Diff', 'Status', '\u0000'),
          fc.constantFrom('Content-Length: 10', 'Transfer-Encoding: chunked', 'X: y', 'Host:'),
          fc.constantFrom('{}', '{"ID":{}}', '5\r\nhello\r\n', 'zz\r\n', '0\r\n\r\n', 'null'),
        )
        .map(([path, header, body]) =>
          Buffer.from(`POST /GraphDriver.${path} HTTP/1.1\r\nHost:\r\n${header}\r\n\r\n${body}`),
        ),
    );
    await fc.assert(
      fc.asyncProperty(junk, async (bytes) => {
        await throwAt(place.socket, bytes);

        expect((await place.call('Plugin.Activate')).status).toBe(200);
      }),
      { numRuns: 150 },
    );
  });
});

/** Sends bytes, and hangs up. */
async function throwAt(socket: string, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => {
    const connection = createConnection(socket, () => {
      connection.write(bytes, () => setImmediate(() => connection.destroy()));
    });
    connection.on('error', () => undefined);
    connection.on('close', () => resolve());
  });
}

function pieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index] ?? 0, end));
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
