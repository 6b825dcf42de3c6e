/** Probes the host once before the e2e tests and tells their runner what was found. */
import type { TestProject } from 'vitest/node';
import { whyNoE2e } from './e2e-host.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why every e2e test is skipped; `''` when they run. */
    e2eSkipReason: string;
  }
}

export default function setup(project: TestProject): void {
  const reason = whyNoE2e();
  if (reason !== undefined) project.vitest.logger.log(`e2e tests are skipped: ${reason}`);
  project.provide('e2eSkipReason', reason ?? '');
}
