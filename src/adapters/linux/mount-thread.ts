import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

import { ERRNO } from '../../domain/go/errno.js';
import { check, failure } from './check.js';

/**
 * One mount whose paths are relative to a directory.
 *
 * @internal
 */
export interface RelativeMount {
  readonly cwd: string;
  readonly target: string;
  readonly flags: number;
  readonly data: string;
}

/** What the thread answers: the errno, 0 for none, and the call that failed. */
interface Reply {
  readonly id: number;
  readonly errno: number;
  readonly syscall: 'unshare' | 'chdir' | 'mount';
}

interface Pending {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (cause: unknown) => void;
}

/** A started thread and the calls that wait for its answers. */
interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
}

/**
 * A long-lived thread with a current directory of its own, for mounts whose options are relative
 * paths. It is started at the first such mount, keeps no process alive while it idles, and is
 * started anew when it has died.
 *
 * DEPARTURE: moby starts a process of its own for each such mount; a warm thread answers a hundred
 * times sooner, and no path but the ones given is looked up in either.
 *
 * @source moby overlay2/mount.go mountFrom
 * @internal
 */
export class MountThread {
  #thread: Promise<Thread> | undefined;
  #lastId = 0;

  /**
   * Changes to `cwd` and mounts, in the thread.
   *
   * @throws {@link SyscallError} of `chdir` or `mount` (`unshare` where the thread is not allowed a
   *   current directory of its own).
   */
  async mount(call: RelativeMount): Promise<void> {
    const { cwd, target, flags, data } = call;
    if (cwd.includes('\0')) throw failure(ERRNO.EINVAL, 'chdir', cwd);
    if (`${target}${data}`.includes('\0')) throw failure(ERRNO.EINVAL, 'mount', target);
    const reply = await this.#ask(await this.#running(), { cwd, target, flags, data });
    check(-reply.errno, reply.syscall, reply.syscall === 'mount' ? target : cwd);
  }

  /** Ends the thread; a later mount starts another. */
  async dispose(): Promise<void> {
    const thread = await this.#thread;
    this.#thread = undefined;
    await thread?.worker.terminate();
  }

  async #ask({ worker, pending }: Thread, call: RelativeMount): Promise<Reply> {
    const id = ++this.#lastId;
    try {
      return await new Promise<Reply>((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, ...call });
      });
    } finally {
      pending.delete(id);
      if (pending.size === 0) worker.unref();
    }
  }

  #running(): Promise<Thread> {
    if (this.#thread !== undefined) return this.#thread;
    const started = this.#start(() => {
      if (this.#thread === started) this.#thread = undefined;
    });
    this.#thread = started;
    return started;
  }

  async #start(ended: () => void): Promise<Thread> {
    // libuv's pool is created by the first thread that uses it and keeps that thread's current
    // directory. This thread must be the first, or all asynchronous calls would follow the other.
    await stat('/');
    const worker = new Worker(new URL('./mount-thread.mjs', import.meta.url), {
      name: 'overlay2-ref mount',
      execArgv: [],
    });
    const pending = new Map<number, Pending>();
    const abandon = (cause: Error): void => {
      ended();
      for (const { reject } of pending.values()) reject(cause);
    };
    worker.unref();
    worker.on('message', (reply: Reply) => pending.get(reply.id)?.resolve(reply));
    worker.on('error', abandon);
    worker.on('exit', () => abandon(new Error('the mount thread ended')));
    return { worker, pending };
  }
}
