/** Probes the host once before the e2e tests and tells their runner what was found. */
import type { TestProject } from 'vitest/node';
import { whyNoE2e, whyNoFsopen } from './e2e-host.js';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the kernel cannot do what this test is of; such a test is skipped. */
    unsupported?: string;
  }

  interface ProvidedContext {
    /** Why every e2e test is skipped; `''` when they run. */
    e2eSkipReason: string;
    /** Why tests of the mounter by `fsopen` are skipped; `''` when they run. */
    noFsopenReason: string;
  }
}

export default function setup(project: TestProject): void {
  const reason = whyNoE2e();
  if (reason !== undefined) project.vitest.logger.log(`e2e tests are skipped: ${reason}`);
  project.provide('e2eSkipReason', reason ?? '');
  const noFsopen = reason === undefined ? whyNoFsopen() : undefined;
  if (noFsopen !== undefined) project.vitest.logger.log(`tests of fsopen are skipped: ${noFsopen}`);
  project.provide('noFsopenReason', noFsopen ?? '');
}
