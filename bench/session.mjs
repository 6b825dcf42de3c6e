// A process that runs works, ours or the peer's: one line asks, one line answers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const NANOSECONDS_PER_MS = 1e6;
/** To /proc/<pid>/clear_refs: the peak of the resident memory starts anew. */
const RESET_PEAK = '5';

export class Session {
  /** What the process calls itself. */
  name = '';

  /** @param command - program and arguments; the last ones are what works are run in. */
  constructor([program, ...args]) {
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Gives our driver in a process of its own. */
  static async ours(home, profile) {
    const script = fileURLToPath(new URL('ours.mjs', import.meta.url));
    return new Session([process.execPath, script, home, profile]).#ready();
  }

  /** Gives the peer's driver. */
  static async peer(program, home) {
    return new Session([program, home]).#ready();
  }

  /** Runs a work; gives the milliseconds that it took and those of the processor. */
  async run(...line) {
    this.child.stdin.write(`${line.join(' ')}\n`);
    const answer = await this.#line();
    const [wall, cpu] = answer.split(' ').map(Number);
    if (Number.isNaN(wall)) throw new Error(`${this.name}: ${line.join(' ')}: ${answer}`);
    return { wallMs: wall / NANOSECONDS_PER_MS, cpuMs: cpu / NANOSECONDS_PER_MS };
  }

  /** Resident memory now, in KiB; from here on the peak is counted. */
  startPeak() {
    writeFileSync(`/proc/${this.child.pid}/clear_refs`, RESET_PEAK);
    return this.#status('VmRSS');
  }

  /** Most resident memory since {@link Session.startPeak}, in KiB. */
  peak() {
    return this.#status('VmHWM');
  }

  /** Ends the process, which unmounts what it mounted. */
  async end() {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.stdin.end();
    await ended;
  }

  async #ready() {
    const [word, ...name] = (await this.#line()).split(' ');
    if (word !== 'ready') throw new Error(`instead of being ready: ${word} ${name.join(' ')}`);
    this.name = name.join(' ');
    return this;
  }

  async #line() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name || this.child.spawnfile} ended without an answer`);
    return value;
  }

  #status(field) {
    const text = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(text)[1]);
  }
}
