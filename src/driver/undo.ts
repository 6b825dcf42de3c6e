import { GraphDriverError } from '../domain/errors.js';

/**
 * What has to be taken back when a later step fails, newest first. A step is added before the
 * call that it takes back, since that call may fail half done; so every step takes "nothing to
 * take back" for success.
 *
 * @internal
 */
export class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  /** Adds a step that takes back what comes next. */
  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Runs all steps; one that fails keeps no other from running. */
  async run(): Promise<void> {
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        // The caller is told of the failure that made this necessary, which says more.
        if (!(error instanceof GraphDriverError)) throw error;
      }
    }
  }
}
