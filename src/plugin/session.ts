import { type ComposedDriver, createProcessState } from '../composition.js';
import { GraphDriverError } from '../domain/errors.js';
import type { ProcessState } from '../driver/process-state.js';
import type { Work } from './layer-methods.js';
import type { InitCall } from './parse-request.js';
import type { RememberedInit } from './remembered-init.js';
import { restoreUses } from './restore-uses.js';
import type { UseJournal } from './use-journal.js';

/** How long an Init waits for calls that an earlier daemon made. */
const IDLE_WAIT_MS = 30_000;
/** How long a home may be held by another process. */
const LOCK_WAIT_MS = 10_000;

/**
 * How a plugin starts a driver.
 *
 * @param call - what Init was asked with.
 * @param process - what is process-wide in Go.
 * @param lockWaitMs - how long to wait for the home; undefined where this process holds it already.
 * @internal
 */
export type StartPluginDriver = (
  call: InitCall,
  process: ProcessState,
  lockWaitMs: number | undefined,
) => Promise<ComposedDriver>;

/**
 * What a session is made from.
 *
 * @internal
 */
export interface SessionOptions {
  readonly start: StartPluginDriver;
  readonly remembered: RememberedInit;
  readonly journal: UseJournal;
  /** How long an Init waits for calls that run; 30 s unless told. */
  readonly idleWaitMs?: number;
}

/**
 * The driver that a daemon has asked for last, and what is remembered of it across restarts of this
 * process. Calls run side by side; an Init waits until none runs, and all others wait for it.
 *
 * @internal
 */
export class PluginSession {
  readonly #options: SessionOptions;
  readonly #process = createProcessState();
  #current: { readonly composed: ComposedDriver; readonly call: InitCall } | undefined;
  /** Ends when the Init in progress does. */
  #turn: Promise<void> = Promise.resolve();
  #running = 0;
  #tellIdle: (() => void) | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * Starts a driver in the place of the one before, which stays where the start fails.
   *
   * @throws what starting a driver throws.
   */
  init(call: InitCall): Promise<void> {
    return this.#alone(async () => {
      await this.#idle();
      await this.#replace(call);
      const { remembered, journal } = this.#options;
      remembered.write(call);
      // A new daemon counts anew, and what is mounted counts as one user, as in moby.
      journal.clear();
    });
  }

  /**
   * Starts the driver of the process before this one, where one is remembered.
   *
   * @returns its home; undefined where there is nothing to restore.
   * @throws what starting a driver throws.
   */
  restore(): Promise<string | undefined> {
    return this.#alone(async () => {
      if (this.#current !== undefined) return undefined;
      const { remembered, journal } = this.#options;
      const call = remembered.read();
      if (call === undefined) return undefined;
      journal.rewrite(await restoreUses(await this.#replace(call), journal.read()));
      return call.home;
    });
  }

  /**
   * Works with the driver.
   *
   * @throws GraphDriverError of code `no-init` where no daemon has named a home yet.
   */
  async use<T>(work: (work: Work) => Promise<T>): Promise<T> {
    // The home may have been away for a while, as on a disk that is mounted late.
    if (this.#current === undefined) await this.restore();
    for (let turn; turn !== this.#turn; await turn) turn = this.#turn;
    // Without a wait from here, so that no Init begins before the call counts.
    if (this.#current === undefined) {
      throw new GraphDriverError('no-init', 'GraphDriver.Init has not been called');
    }
    const { driver } = this.#current.composed;
    this.#running += 1;
    try {
      return await work({ driver, journal: this.#options.journal });
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#tellIdle?.();
    }
  }

  /** Ends the driver; mounts stay. */
  async dispose(): Promise<void> {
    await this.#alone(async () => {
      this.#options.journal.close();
      await this.#current?.composed.dispose();
      this.#current = undefined;
    });
  }

  async #replace(call: InitCall): Promise<ComposedDriver> {
    const before = this.#current;
    const isSameHome = before?.call.home === call.home;
    const { start } = this.#options;
    const composed = await start(call, this.#process, isSameHome ? undefined : LOCK_WAIT_MS);
    this.#current = { composed, call };
    await before?.composed.dispose();
    if (isSameHome) await composed.lock(call.home, 'exclusive', LOCK_WAIT_MS);
    return composed;
  }

  /** Runs what nobody else may run beside, in the order in which it was asked for. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    let end = (): void => undefined;
    this.#turn = new Promise((resolve) => (end = resolve));
    await before;
    try {
      return await work();
    } finally {
      end();
    }
  }

  async #idle(): Promise<void> {
    if (this.#running === 0) return;
    const { idleWaitMs = IDLE_WAIT_MS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const text = `${this.#running} calls of an earlier daemon are not over yet`;
      timer = setTimeout(() => reject(new GraphDriverError('busy', text)), idleWaitMs);
    });
    try {
      await Promise.race([new Promise<void>((resolve) => (this.#tellIdle = resolve)), late]);
    } finally {
      clearTimeout(timer);
      this.#tellIdle = undefined;
    }
  }
}
