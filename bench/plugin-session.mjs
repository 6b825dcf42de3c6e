// A plugin in a process of its own that runs the works of the benchmark, as Session does: each gives
// the milliseconds that passed for the client, and those of the processor in the plugin.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openClient } from '../scripts/plugin-load/client.mjs';

const START_MS = 30_000;
const POLL_MS = 20;
const NANOSECONDS_PER_MS = 1e6;

export class PluginSession {
  constructor(name, child, client) {
    this.name = name;
    this.child = child;
    this.client = client;
  }

  /** Starts a plugin that listens on `p.sock` in a directory, and its driver on a home there. */
  static async start(name, root, [program, ...args]) {
    const socket = join(root, 'p.sock');
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    for (let waited = 0; !existsSync(socket); waited += POLL_MS) {
      if (child.exitCode !== null || waited > START_MS) throw new Error(`${program}: no socket`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const client = openClient(socket, 1);
    await client.ask('Init', {
      Home: join(root, 'home'),
      Opts: null,
      UIDMaps: null,
      GIDMaps: null,
    });
    await client.ask('Status', {});
    return new PluginSession(name, child, client);
  }

  /** Runs a work; see peers/bench-peer for what the words mean. */
  async run(work, ...words) {
    const { client } = this;
    const [first, second] = words;
    switch (work) {
      case 'create':
        return this.#repeat(
          Number(first),
          (i) => client.ask('Create', { ID: `${second}-${i}`, Parent: words[2] }),
          (i) => client.ask('Remove', { ID: `${second}-${i}` }),
        );
      case 'getPut':
        return this.#repeat(Number(first), async () => {
          await client.ask('Get', { ID: second });
          await client.ask('Put', { ID: second });
        });
      case 'applyDiff': {
        const archive = readFileSync(words[2]);
        return this.#repeat(1, () => client.apply(first, second, archive));
      }
      case 'diff':
        return this.#repeat(1, () => client.diff(first, second));
      case 'make':
        return this.#repeat(1, () => client.ask('Create', { ID: first, Parent: second }));
      case 'makeWritable':
        return this.#repeat(1, () => client.ask('CreateReadWrite', { ID: first, Parent: second }));
      case 'remove':
        return this.#repeat(1, () => client.ask('Remove', { ID: first }));
      default:
        throw new Error(`no such work: ${work}`);
    }
  }

  async end() {
    this.client.close();
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  /** Runs a call many times, and what cleans up after each without counting it. */
  async #repeat(count, call, clear) {
    const spent = { wallMs: 0, cpuMs: 0 };
    for (let i = 0; i < count; i += 1) {
      const cpu = this.#cpuMs();
      const start = performance.now();
      await call(i);
      spent.wallMs += performance.now() - start;
      spent.cpuMs += this.#cpuMs() - cpu;
      await clear?.(i);
    }
    return spent;
  }

  /** What all threads of the plugin have had of the processor. */
  #cpuMs() {
    const threads = `/proc/${this.child.pid}/task`;
    const spent = readdirSync(threads).map((thread) => {
      const text = readFileSync(join(threads, thread, 'schedstat'), 'utf8');
      return Number(text.split(' ')[0]);
    });
    return spent.reduce((sum, one) => sum + one, 0) / NANOSECONDS_PER_MS;
  }
}
