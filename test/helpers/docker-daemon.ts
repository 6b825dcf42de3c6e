/** A private Docker daemon of Debian's docker.io: all that is its own lies in one directory. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DAEMON = '/usr/sbin/dockerd';
const CLIENT = '/usr/bin/docker';
const BUSYBOX = '/bin/busybox';
const START_MS = 60_000;
const END_MS = 30_000;
const POLL_MS = 100;
/** So much of the end of the log belongs to an error. */
const LOG_MAX = 2000;

/** Says what is missing for these tests; undefined where nothing is. */
export function whyNoDocker(): string | undefined {
  const needed = [
    [DAEMON, 'docker.io'],
    [CLIENT, 'docker.io'],
    [BUSYBOX, 'busybox-static'],
  ] as const;
  const missing = needed.find(([program]) => !existsSync(program));
  return missing && `${missing[0]} is missing: install Debian's ${missing[1]}`;
}

const APPLETS = ['sh', 'ls', 'cat', 'rm', 'mkdir', 'sleep', 'touch', 'find', 'true', 'stat'].concat(
  ['mv', 'ln', 'cp', 'chmod', 'chown', 'mkfifo', 'mknod', 'sort', 'rmdir', 'readlink'],
);

/** How a docker command ended. */
export interface DockerOutcome {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** See above. Call {@link DockerDaemon.remove} in the end, whatever happened. */
export class DockerDaemon {
  readonly scratch = mkdtempSync(join(tmpdir(), 'o2r-docker-'));
  readonly root = join(this.scratch, 'root');
  readonly #socket = join(this.scratch, 'd.sock');
  readonly #pidFile = join(this.scratch, 'd.pid');
  readonly #log = join(this.scratch, 'd.log');
  #child: ChildProcess | undefined;

  /** @param isInMemory - whether all that is its own lies in memory, which is faster. */
  constructor({ isInMemory = false } = {}) {
    if (isInMemory) runOrThrow('mount', '-t', 'tmpfs', 'o2r', this.scratch);
  }

  /** Starts it on a storage driver, with these options besides, and waits until it answers. */
  async start(driver: string, words: readonly string[] = []): Promise<void> {
    const config = join(this.scratch, 'config.json');
    writeFileSync(config, '{}');
    const child = spawn(
      'sh',
      ['-c', 'log="$1"; shift; exec "$@" >>"$log" 2>&1', 'sh', this.#log, DAEMON]
        .concat(['--config-file', config, '--data-root', this.root])
        .concat(['--exec-root', join(this.scratch, 'exec'), '--pidfile', this.#pidFile])
        .concat(['-H', `unix://${this.#socket}`, '--bridge=none', '--iptables=false'])
        .concat(['--ip6tables=false', '--ip-forward=false', '--ip-masq=false'])
        .concat(['--experimental', '--storage-driver', driver, ...words]),
      { stdio: 'ignore' },
    );
    this.#child = child;
    for (let waited = 0; waited < START_MS; waited += POLL_MS) {
      if (child.exitCode !== null) throw new Error(`dockerd ended: ${this.log()}`);
      if (existsSync(this.#socket) && this.run('version').status === 0) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`dockerd does not answer: ${this.log()}`);
  }

  /** Runs a docker command. */
  run(...words: readonly string[]): { readonly status: number | null; readonly text: string } {
    const { status, stdout, stderr } = spawnSync(CLIENT, words, {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: this.#environment(),
    });
    return { status, text: status === 0 ? stdout : stdout + stderr };
  }

  /**
   * Runs a docker command while others run, and gives both of its outputs.
   *
   * @param input - what it reads.
   * @param isBuildKit - whether BuildKit builds.
   */
  execute(
    words: readonly string[],
    { input, isBuildKit = false }: { input?: Buffer; isBuildKit?: boolean } = {},
  ): Promise<DockerOutcome> {
    return new Promise((resolve, reject) => {
      const env = { ...this.#environment(), DOCKER_BUILDKIT: isBuildKit ? '1' : '0' };
      const child = spawn(CLIENT, words, { env });
      const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => void stdout.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => void stderr.push(chunk));
      // A command that fails early reads nothing.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      child.on('error', reject);
      child.on('close', (status) => {
        resolve({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
      });
    });
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      DOCKER_HOST: `unix://${this.#socket}`,
      DOCKER_BUILDKIT: '0',
      DOCKER_CONFIG: join(this.scratch, 'client'),
    };
  }

  /** The same, which has to succeed; gives its output without the last newline. */
  succeed(...words: readonly string[]): string {
    const { status, text } = this.run(...words);
    if (status !== 0) throw new Error(`docker ${words.join(' ')}: ${text}\n${this.log()}`);
    return text.trimEnd();
  }

  /** The end of what the daemon has logged. */
  log(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').slice(-LOG_MAX) : '';
  }

  /** Ends it; containers end with it. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(late);
  }

  /** The mount points below the scratch directory. */
  mounts(): readonly string[] {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((path) => path.startsWith(`${this.scratch}/`));
  }

  async remove(): Promise<void> {
    await this.end();
    const points = [this.scratch, ...this.mounts()];
    for (const path of points.reverse()) spawnSync('umount', ['-l', path]);
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** Makes a root file system of busybox in a directory, and gives its archive's path. */
export function makeRootFileSystem(scratch: string): string {
  const tree = join(scratch, 'rootfs');
  for (const name of ['bin', 'etc', 'tmp', 'dir1/sub'])
    mkdirSync(join(tree, name), { recursive: true });
  for (const name of ['dir1/a', 'dir1/b', 'dir1/sub/x']) writeFileSync(join(tree, name), name);
  runOrThrow('cp', BUSYBOX, join(tree, 'bin/busybox'));
  for (const applet of APPLETS) {
    runOrThrow('ln', '-s', 'busybox', join(tree, 'bin', applet));
  }
  const archive = join(scratch, 'rootfs.tar');
  runOrThrow('tar', '-C', tree, '-cf', archive, '.');
  return archive;
}

function runOrThrow(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}
