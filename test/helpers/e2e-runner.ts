/**
 * Runs e2e test files, or skips all of their tests and hooks where the host cannot run them. This
 * is done here and not in a hook, since a `beforeAll` of a file would run before it.
 */
import { inject, TestRunner } from 'vitest';
import './e2e-global-setup.js';

const NO_NAME = /(?!)/;

export default class E2eRunner extends TestRunner {
  constructor(...parameters: ConstructorParameters<typeof TestRunner>) {
    super(...parameters);
    if (inject('e2eSkipReason') !== '') this.config.testNamePattern = NO_NAME;
  }
}
