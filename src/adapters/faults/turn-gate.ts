import { AsyncLocalStorage } from 'node:async_hooks';
import { decodeUtf8 } from '../../domain/utf8.js';
import type { Clock } from '../../ports/clock.js';
import type { Kernel } from '../../ports/kernel.js';
import { interceptPorts, type OutwardPorts } from './intercept.js';
import type { PortCall } from './port-call.js';

/**
 * One call of a driver that is about to be made for a caller.
 *
 * @internal
 */
export interface TurnCall {
  /** Who has called the driver. */
  readonly caller: number;
  /** The method of the port, as `mkdir`. */
  readonly name: string;
  /** Whether others can see what it does. */
  readonly changes: boolean;
  /** Tells the call as a person would. */
  tell(): string;
}

/**
 * Makes a call by `perform` when its turn comes, and gives its result.
 *
 * @internal
 */
export type TurnHook = (call: TurnCall, perform: () => Promise<unknown>) => Promise<unknown>;

/** Ports whose calls can be made to wait. */
interface TurnPorts extends OutwardPorts {
  readonly clock: Clock;
  readonly kernel: Kernel;
}

/**
 * Ports of one driver whose calls can be made to wait for their turn. It knows which caller a call
 * is made for, however many of them the driver serves. Unless somebody watches, calls pass.
 *
 * Closing and syncing do not wait: nobody else can tell whether they were done.
 *
 * @internal
 */
export class TurnGate {
  readonly #callers = new AsyncLocalStorage<number>();
  #hook: TurnHook | undefined;

  /** Gives the ports to make the driver of. */
  decorate<Ports extends TurnPorts>(ports: Ports): Ports {
    const { clock, kernel } = ports;
    const isWatched = (): boolean => this.#hook !== undefined;
    const outward = interceptPorts(
      ports,
      (call, perform) => this.#around(call, perform),
      isWatched,
    );
    const wait = <T>(name: string, perform: () => Promise<T>): Promise<T> =>
      this.#pass({ name, changes: false, tell: () => name }, perform) as Promise<T>;
    return {
      ...outward,
      clock: {
        now: () => clock.now(),
        monotonicMs: () => clock.monotonicMs(),
        sleep: (ms) => wait('sleep', () => clock.sleep(ms)),
      },
      kernel: new Proxy(kernel, {
        get(target, name): unknown {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
          // Of what the kernel tells, mounts alone change.
          if (name !== 'mountInfo') return call;
          return () => wait('mountInfo', async () => call());
        },
      }),
    };
  }

  /** From now on calls that are made for a caller go through a hook; without one they pass. */
  watch(hook: TurnHook | undefined): void {
    this.#hook = hook;
    // Following callers costs every promise of the process.
    if (hook === undefined) this.#callers.disable();
  }

  /** Runs something as a caller. */
  as<T>(caller: number, work: () => Promise<T>): Promise<T> {
    return this.#callers.run(caller, work);
  }

  /** Lets whatever can go on without a turn go on. */
  async rest(): Promise<void> {
    await new Promise((resume) => void setImmediate(resume));
  }

  #around(call: PortCall, perform: () => Promise<unknown>): Promise<unknown> {
    if (call.effect === 'sync' || call.call === 'close') return perform();
    const changes = call.effect === 'change';
    return this.#pass({ name: call.call, changes, tell: () => tell(call) }, perform);
  }

  #pass(call: Omit<TurnCall, 'caller'>, perform: () => Promise<unknown>): Promise<unknown> {
    const caller = this.#callers.getStore();
    if (this.#hook === undefined || caller === undefined) return perform();
    return this.#hook({ caller, ...call }, perform);
  }
}

function tell({ call, subject, paths }: PortCall): string {
  const names = paths.map(decodeUtf8).filter((name) => name !== subject);
  return [call, subject, ...names].filter((part) => part !== '').join(' ');
}
