/**
 * A plugin that serves a driver in memory on a real unix socket, and a bare client that says what
 * came back: status, body, and whether the connection broke.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeFake, type ComposedDriver, type Machine } from '../../src/composition.js';
import type { Profile } from '../../src/domain/profiles/profile.js';
import { STRICT } from '../../src/domain/profiles/strict.js';
import { JsonLog } from '../../src/plugin/call-log.js';
import { type ServedPlugin, servePlugin } from '../../src/plugin/serve-plugin.js';
import type { OverlayDriver } from '../../src/driver/driver.js';
import type { StartPluginDriver } from '../../src/plugin/session.js';
import { partOf } from './part-of.js';

/** The home on the machine in memory. */
export const PLUGIN_HOME = '/var/lib/overlay2';

/** What a call gave. */
export interface PluginReply {
  readonly status: number;
  readonly body: Buffer;
  /** What its head says of the body's length. */
  readonly length: string | undefined;
  /** Whether the connection ended before the body did. */
  readonly isBroken: boolean;
}

/** One test's socket, state and machine. Call {@link PluginPlace.remove} in `afterEach`. */
export class PluginPlace {
  readonly scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-plugin-'));
  readonly socket = join(this.scratch, 'p.sock');
  readonly lines: string[] = [];
  readonly #plugins: ServedPlugin[] = [];
  machine: Machine | undefined;
  #last: ComposedDriver | undefined;

  /** Serves a driver in memory; every one of a place is on the same machine. */
  fake(profile: Profile = STRICT): Promise<ServedPlugin> {
    return this.serve(async ({ home, options, uidMaps, gidMaps }, process) => {
      const machine = this.machine === undefined ? {} : { machine: this.machine };
      const composed = await composeFake({
        ...machine,
        home,
        options,
        profile,
        process,
        ...(uidMaps === undefined ? {} : { uidMaps }),
        ...(gidMaps === undefined ? {} : { gidMaps }),
      });
      this.machine = composed.machine;
      this.#last = composed;
      return composed;
    });
  }

  /** Serves whatever a function starts. */
  async serve(start: StartPluginDriver): Promise<ServedPlugin> {
    const plugin = await servePlugin({
      at: { path: this.socket },
      stateDirectory: join(this.scratch, 'state'),
      start,
      log: new JsonLog('info', (line) => void this.lines.push(line)),
    });
    this.#plugins.push(plugin);
    return plugin;
  }

  /** Serves a driver of which a test tells what it does. */
  serveStub(methods: Partial<OverlayDriver>): Promise<ServedPlugin> {
    return this.serve(async () => {
      const driver = partOf<OverlayDriver>(methods);
      const nothing = async (): Promise<void> => undefined;
      return partOf<ComposedDriver>({ driver, lock: nothing, dispose: nothing });
    });
  }

  /** What is mounted on the machine below the home. */
  async mounts(): Promise<readonly string[]> {
    const table = new TextDecoder().decode(await this.#last?.ports.kernel.mountInfo());
    return table
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((path) => path.startsWith(`${PLUGIN_HOME}/`));
  }

  /** Ends the plugin, as SIGTERM does; the machine stays. */
  async end(): Promise<void> {
    for (const plugin of this.#plugins.splice(0)) await plugin.close();
  }

  /** Calls a method as the daemon does: JSON with a newline, or nothing. */
  call(method: string, members?: object): Promise<PluginReply> {
    return this.send(method, members === undefined ? [] : [`${JSON.stringify(members)}\n`]);
  }

  /** The same, whose answer has to be JSON of status 200. */
  async ask(method: string, members: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const { status, body } = await this.call(`GraphDriver.${method}`, members);
    const text = body.toString();
    if (status !== 200) throw new Error(`${method}: ${status} ${text}`);
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  }

  /** Starts the driver. */
  async init(): Promise<void> {
    const members = { Home: PLUGIN_HOME, Opts: null, UIDMaps: null, GIDMaps: null };
    const { Err } = await this.ask('Init', members);
    if (Err !== undefined) throw new Error(JSON.stringify(Err));
  }

  /** Applies an archive, in these chunks. */
  async apply(id: string, parent: string, chunks: Iterable<Uint8Array>): Promise<PluginReply> {
    return this.send(`GraphDriver.ApplyDiff?id=${id}&parent=${parent}`, chunks);
  }

  /** Sends a body in chunks; `cutAfter` breaks the connection after so many of them. */
  send(
    path: string,
    chunks: Iterable<Uint8Array | string>,
    { cutAfter, verb = 'POST' }: { cutAfter?: number; verb?: string } = {},
  ): Promise<PluginReply> {
    return new Promise((resolve) => {
      const parts: Buffer[] = [];
      let [status, length]: [number, string | undefined] = [0, undefined];
      const finish = (isBroken: boolean): void =>
        resolve({ status, length, body: Buffer.concat(parts), isBroken });
      const request = httpRequest(
        { socketPath: this.socket, path: `/${path}`, method: verb, agent: false },
        (response) => {
          status = response.statusCode ?? 0;
          length = response.headers['content-length'];
          response.on('data', (chunk: Buffer) => void parts.push(chunk));
          response.on('error', () => finish(true));
          response.on('end', () => finish(!response.complete));
        },
      );
      request.on('error', () => finish(true));
      let sent = 0;
      for (const chunk of chunks) {
        if (sent === cutAfter) break;
        request.write(chunk);
        sent += 1;
      }
      if (cutAfter === undefined) request.end();
      // What was written is on its way before the connection breaks.
      else request.write('', () => setImmediate(() => request.destroy()));
    });
  }

  async remove(): Promise<void> {
    await this.end();
    this.machine?.dispose();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** An archive of that many chunks of zeros, which tells when it makes one. */
export async function* chunksOfZeros(
  count: number,
  onChunk: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) {
    onChunk();
    yield new Uint8Array(65_536);
  }
}
