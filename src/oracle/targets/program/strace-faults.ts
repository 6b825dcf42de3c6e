import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphDriverError } from '../../../domain/errors.js';
import type { FaultPlan } from '../../commands/operation.js';
import type { FaultControl, FaultOutcome } from '../sequence-target.js';
import { isTraced, listGroup } from './process-group.js';

/** Calls that change what a restart finds; some kernels do not have all of them. */
const MUTATING = `
  mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
  mknod mknodat truncate ftruncate chmod fchmod fchmodat chown fchown lchown fchownat utimensat
  setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
  fsync fdatasync mount umount2 fsconfig fsmount move_mount`
  .trim()
  .split(/\s+/)
  .map((name) => `?${name}`)
  .join(',');

/** What `strace` can count to. */
const WHEN_MAX = 65_535;
const ATTACH_MS = 10_000;
const POLL_MS = 2;

const CALL = /^(\d+) +([a-z]\w*\(.*)$/;
/** Told of a call that was not made. */
const INJECTED = /\(INJECTED\)/;
const KILLED = /^\d+ +\+\+\+ killed by SIGKILL/m;

/** The process that is made to fail. */
export interface Victim {
  /** Also the number of its process group; undefined where it has not started. */
  readonly pid: number | undefined;
  kill(): Promise<void>;
}

/**
 * Makes a foreign program fail and end, from outside: `strace` follows every process of its group
 * and has the chosen call fail, or kills the process that makes it.
 *
 * `strace` counts by thread. Of a program with one thread the n-th call is the n-th; of one with
 * several it is the n-th of the first thread that makes so many, and `calls` counts them all.
 *
 * @internal
 */
export class StraceFaults implements FaultControl {
  readonly #victim: () => Victim;
  readonly #file: string;
  #strace: ChildProcess | undefined;
  #plan: FaultPlan | undefined;

  /**
   * @param victim - who is asked now.
   * @param file - where what it does is written down for the time of an operation.
   */
  constructor(victim: () => Victim, file: string) {
    this.#victim = victim;
    this.#file = file;
  }

  /** Whether its end is to be expected. */
  get mayEnd(): boolean {
    return this.#plan?.fault === 'crash';
  }

  async arm(plan: FaultPlan): Promise<void> {
    const { pid } = this.#victim();
    if (pid === undefined) throw new GraphDriverError('host', 'the program has no process');
    this.#plan = plan;
    rmSync(this.#file, { force: true });
    const pids = listGroup(pid);
    const attached = pids.flatMap((it) => ['-p', String(it)]);
    const args = ['-f', '-qq', '-o', this.#file, '-e', `trace=${MUTATING}`, ...injection(plan)];
    const strace = spawn('strace', [...args, ...attached], { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    strace.stderr.on('data', (chunk: Uint8Array) => (told += new TextDecoder().decode(chunk)));
    this.#strace = strace;
    const end = Date.now() + ATTACH_MS;
    while (!pids.every(isTraced)) {
      const hasEnded = strace.exitCode !== null || strace.signalCode !== null;
      if (hasEnded || Date.now() > end) {
        strace.kill('SIGTERM');
        throw new GraphDriverError('host', `strace cannot attach: ${told.trim()}`);
      }
      await sleep(POLL_MS);
    }
  }

  async disarm(): Promise<FaultOutcome> {
    const strace = this.#strace;
    if (strace !== undefined && strace.exitCode === null && strace.signalCode === null) {
      const ended = once(strace, 'exit');
      strace.kill('SIGTERM');
      await ended;
    }
    this.#strace = undefined;
    const wasKill = this.mayEnd;
    this.#plan = undefined;
    const text = readFileSync(this.#file, 'utf8');
    rmSync(this.#file, { force: true });
    const calls = text.split('\n').filter((line) => CALL.test(line)).length;
    return { calls, ...hitOf(text, wasKill), pending: [] };
  }

  async crash(): Promise<void> {
    await this.#victim().kill();
  }
}

function injection(plan: FaultPlan): readonly string[] {
  if (plan.at > WHEN_MAX) return [];
  // The call is not made: the process ends at the door.
  const what = plan.fault === 'fail' ? `error=${plan.errno}` : 'error=EIO:signal=SIGKILL';
  return ['-e', `inject=${MUTATING}:${what}:when=${plan.at}`];
}

function hitOf(text: string, wasKill: boolean): Pick<FaultOutcome, 'isHit' | 'call'> {
  const lines = text.split('\n').filter((line) => CALL.test(line));
  const line = lines.find((it) => INJECTED.test(it)) ?? (wasKill ? lines.at(-1) : undefined);
  const isHit = wasKill ? KILLED.test(text) : lines.some((it) => INJECTED.test(it));
  return { isHit, call: isHit ? (CALL.exec(line ?? '')?.[2] ?? '') : '' };
}
