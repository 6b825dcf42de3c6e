/** Drivers in processes of their own, which tests call, and kill. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SCRIPT = join(import.meta.dirname, 'driver-child.mjs');

/** What a child answered: the result, or the message of the error. */
export type ChildAnswer = { readonly ok: unknown } | { readonly error: string };

/** A driver in another process. */
export interface ChildDriver {
  /** What starting it gave: `{ ok: 'ready' }`, or the error of Init. */
  readonly started: ChildAnswer;
  call(method: string, ...parameters: readonly unknown[]): Promise<ChildAnswer>;
  /** Ends the process at once, as SIGKILL does, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a driver of the built package in a process of its own. */
export async function startChild(options: object): Promise<ChildDriver> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<ChildAnswer> => {
    const { value, done } = await lines.next();
    return done === true ? { error: 'the process ended' } : (JSON.parse(value) as ChildAnswer);
  };
  return {
    started: await next(),
    call(...call) {
      child.stdin.write(`${JSON.stringify(call)}\n`);
      return next();
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
