/**
 * Frames a vitest run: says the seed that repeats it, and fails a run in which root could have run
 * the e2e tests and every one of them was skipped.
 */
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** A vitest reporter that prints beside the default one. */
export default class RunReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    vitest.logger.log(`FC_SEED=${String(vitest.config.env['FC_SEED'])} repeats this run`);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const filtered = this.#vitest?.getGlobalTestNamePattern() !== undefined;
    if (filtered || process.getuid?.() !== 0) return;

    const states = modules
      .filter((module) => module.project.name === 'e2e')
      .flatMap((module) => [...module.children.allTests()])
      .map((test) => test.result().state);
    if (states.length === 0 || states.some((state) => state !== 'skipped')) return;

    this.#vitest?.logger.error(
      'Every e2e test was skipped although this is root: that is a failure.',
    );
    process.exitCode = 1;
  }
}
