/**
 * Runs e2e test files, or skips all of their tests and hooks where the host cannot run them. This
 * is done here and not in a hook, since a `beforeAll` of a file would run before it.
 */
import { inject, type RunnerTestCase, TestRunner } from 'vitest';
import './e2e-global-setup.js';

const NO_NAME = /(?!)/;
/** What tests of the mounter by `fsopen` have in their names or those of their suites. */
const BY_FSOPEN = /fsopen|new mount API/;

export default class E2eRunner extends TestRunner {
  constructor(...parameters: ConstructorParameters<typeof TestRunner>) {
    super(...parameters);
    if (inject('e2eSkipReason') !== '') this.config.testNamePattern = NO_NAME;
  }

  /** Skips tests of a mounter that this kernel does not offer, and says so for the matrix. */
  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test);
    const reason = inject('noFsopenReason');
    if (reason === '' || !BY_FSOPEN.test(test.fullName)) return;
    test.mode = 'skip';
    test.meta.unsupported = reason;
    test.result = Object.assign({ state: 'skip' as const }, { note: reason });
  }
}
