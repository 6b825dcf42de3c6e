/** A scratch directory with a home in it, and the command line at work on that home. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CliResult, type CliSetting, runCli } from './cli-streams.js';

const BIN = fileURLToPath(new URL('../../bin/overlay2-ref', import.meta.url));

/** One test's scratch directory. */
export class CliHome {
  readonly scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-cli-'));
  readonly home = join(this.scratch, 'home');

  /** Runs a layer command in this process. */
  run(words: readonly string[], setting: CliSetting = {}): Promise<CliResult> {
    return runCli(this.#argv(words), setting);
  }

  /** The same, which has to succeed; gives its standard output without the newline. */
  async succeed(words: readonly string[], setting: CliSetting = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(words, setting);
    if (exitCode !== 0) throw new Error(`${words.join(' ')}: exit ${exitCode}: ${stderr}`);
    return stdout.trimEnd();
  }

  /** Runs a layer command in a process of its own. */
  spawn(words: readonly string[], input: Uint8Array = new Uint8Array()): CliResult {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...this.#argv(words)], {
      input,
      maxBuffer: 64 * 1024 * 1024,
    });
    const text = { stdout: stdout.toString(), stderr: stderr.toString() };
    return { exitCode: status ?? -1, stdoutBytes: stdout, ...text };
  }

  /** Starts a layer command whose input the test writes. */
  start(words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [BIN, ...this.#argv(words)], { stdio: 'pipe' });
  }

  /** Mount points below the scratch directory, deepest first. */
  mounts(): string[] {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((path) => path.startsWith(`${this.scratch}/`))
      .reverse();
  }

  /** Everything in the home and its link directory, by name. */
  listing(): string[] {
    const links = join(this.home, 'l');
    if (!existsSync(links)) return [];
    return [...readdirSync(this.home), ...readdirSync(links).map((name) => `l/${name}`)].sort();
  }

  /** Unmounts what was left and removes everything. */
  remove(): void {
    for (const path of this.mounts()) spawnSync('umount', ['-l', path]);
    rmSync(this.scratch, { recursive: true, force: true });
  }

  #argv(words: readonly string[]): string[] {
    const [command = '', ...rest] = words;
    return ['layer', command, '--home', this.home, ...rest];
  }
}

/** Says what is wrong with how a failure was told: one line, no stack, nothing on stdout. */
export function flawsOf({ stdout, stderr }: CliResult): string[] {
  const flaws: string[] = [];
  if (stdout !== '') flaws.push(`standard output: ${stdout}`);
  if (!/^overlay2-ref [^\n]+\n$/.test(stderr)) flaws.push(`not one line: ${stderr}`);
  if (/\n\s+at /.test(stderr)) flaws.push(`a stack: ${stderr}`);
  return flaws;
}
