/** What one daemon answers to the commands of a script, in a form that two daemons agree on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf } from './archives.js';
import type { DockerDaemon } from './docker-daemon.js';
import { NormalForm } from './docker-normal-form.js';

/** One command and what came of it. */
export interface TranscriptStep {
  readonly command: string;
  readonly status: number | null;
  /** Standard output, then standard error, without blank space at the ends of lines. */
  readonly text: string;
}

/** Plays commands on a daemon and keeps what they answer. */
export class DockerTranscript {
  readonly steps: TranscriptStep[] = [];
  readonly daemon: DockerDaemon;
  /** Where the driver keeps its layers. */
  readonly home: string;
  readonly #form: NormalForm;

  constructor(daemon: DockerDaemon, driver: string) {
    this.daemon = daemon;
    this.home = join(daemon.root, driver);
    this.#form = new NormalForm([
      [this.home, 'HOME'],
      [daemon.scratch, 'SCRATCH'],
      [driver, 'DRIVER'],
    ]);
  }

  /** Runs a command and keeps its output. */
  async play(...words: readonly string[]): Promise<void> {
    const { status, stdout, stderr } = await this.daemon.execute(words);
    this.note(words.join(' '), `${stdout.toString()}${stderr.toString()}`, status);
  }

  /** Runs a command whose lines come in the order of a hash table of Go's. */
  async playSorted(...words: readonly string[]): Promise<void> {
    const { status, stdout, stderr } = await this.daemon.execute(words);
    const lines = stdout.toString().trim().split('\n').sort();
    this.note(words.join(' '), `${lines.join('\n')}\n${stderr.toString()}`, status);
  }

  /** Builds with BuildKit, which tells its progress as it comes; what it tells is not kept. */
  async playBuildKit(...words: readonly string[]): Promise<void> {
    const { status, stderr } = await this.daemon.execute(['build', '-q', ...words], {
      isBuildKit: true,
    });
    const text = status === 0 ? '' : stderr.toString();
    this.note(`build ${words.join(' ')} (BuildKit)`, text, status);
  }

  /** Runs a command whose output is JSON, and keeps that a line a member. */
  async playJson(...words: readonly string[]): Promise<void> {
    const { status, stdout, stderr } = await this.daemon.execute(words);
    const text = status === 0 ? JSON.stringify(JSON.parse(stdout.toString()), undefined, 1) : '';
    this.note(words.join(' '), `${text}\n${stderr.toString()}`, status);
  }

  /** Runs a command whose output is an archive, and keeps what is in it, a line an entry. */
  async playArchive(...words: readonly string[]): Promise<void> {
    const { status, stdout, stderr } = await this.daemon.execute(words);
    this.note(words.join(' '), `${await listing(stdout)}\n${stderr.toString()}`, status);
  }

  /** Runs a command on an input. */
  async playInput(input: Buffer, ...words: readonly string[]): Promise<void> {
    const { status, stdout, stderr } = await this.daemon.execute(words, { input });
    this.note(words.join(' '), `${stdout.toString()}${stderr.toString()}`, status);
  }

  /** Runs a shell's script in a new container. */
  shell(image: string, script: string): Promise<void> {
    return this.play('run', '--rm', '--network', 'none', '-h', 'h', image, 'sh', '-c', script);
  }

  /** Keeps what is mounted below the home, as the kernel tells it without its numbers. */
  noteMounts(): void {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(` ${this.home}/`))
      .map((line) => line.split(' '))
      .map((words) => [...words.slice(3, 6), ...words.slice(words.indexOf('-'))].join(' '));
    this.note('(mounts)', lines.join('\n'), 0);
  }

  /** Keeps how many layers and links there are. */
  noteLayers(): void {
    const layers = readdirSync(this.home).filter((name) => name !== 'l');
    const links = readdirSync(join(this.home, 'l'));
    const [inits, others] = [true, false].map((isInit) =>
      layers.filter((name) => name.endsWith('-init') === isInit),
    );
    this.note('(layers)', `${others?.length} and ${inits?.length} init, ${links.length} links`, 0);
  }

  /** All of it, to be read side by side with another one. */
  toText(): string {
    const parts = this.steps.map(
      ({ command, status, text }) => `$ docker ${command}\n${text}\n[${status}]\n`,
    );
    return parts.join('\n');
  }

  /** Keeps a line of one's own. */
  note(command: string, text: string, status: number | null): void {
    // The client's own log tells what it was waiting for, now and then.
    const lines = this.#form
      .of(text)
      .split('\n')
      .filter((line) => !line.startsWith('time="'));
    const kept = lines.map((line) => line.trimEnd()).join('\n');
    this.steps.push({ command: this.#form.of(command), status, text: kept.trim() });
  }
}

/** An archive's entries without their times. */
export async function listing(archive: Buffer): Promise<string> {
  const stream = (async function* () {
    yield archive;
  })();
  const lines: string[] = [];
  for (const { name, type, linkname, mode, uid, gid, pax, content } of await entriesOf(stream)) {
    const extra = Object.entries(pax ?? {}).filter(([key]) => !/time$|^path$|^linkpath$/.test(key));
    const data = /^[\x20-\x7e\n]{0,60}$/.test(content) ? JSON.stringify(content) : content.length;
    const words = [mode.toString(8), `${uid}:${gid}`, type, JSON.stringify(name), linkname, data];
    lines.push([...words, ...extra.map((pair) => pair.join('='))].join(' '));
  }
  // An archive of a mount has the order of the kernel's directories.
  return lines.sort().join('\n');
}
