import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const SETUP_FILES = ['test/helpers/fast-check-setup.ts'];
const MINUTE_MS = 60_000;

/** Where to write the results as JSON besides; unset, they go to the terminal alone. */
const reportFile = process.env['TEST_REPORT'];

// The seed is chosen here, once, so that one number repeats the whole run in all of its workers.
const seed = process.env['FC_SEED'] ?? String(randomInt(2 ** 31));

const jsonReporter = (outputFile: string): ['json', { outputFile: string }] => [
  'json',
  { outputFile },
];

// Projects without `isolate` load each module once a worker and not once a file, which takes a
// quarter of the time; it is safe because no module keeps state (test/architecture checks that).
export default defineConfig({
  test: {
    env: { FC_SEED: seed },
    // Unless told vitest leaves one processor unused, of two as of many.
    maxWorkers: availableParallelism(),
    reporters: [
      'default',
      './test/helpers/run-reporter.ts',
      ...(reportFile === undefined ? [] : [jsonReporter(reportFile)]),
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          setupFiles: SETUP_FILES,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'property',
          include: ['test/property/**/*.test.ts'],
          setupFiles: SETUP_FILES,
          isolate: false,
          testTimeout: MINUTE_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          setupFiles: SETUP_FILES,
          isolate: false,
          testTimeout: MINUTE_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'architecture',
          include: ['test/architecture/*.test.ts'],
          testTimeout: 2 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          setupFiles: SETUP_FILES,
          globalSetup: ['test/helpers/e2e-global-setup.ts'],
          runner: './test/helpers/e2e-runner.ts',
          pool: 'forks',
          // One worker: mounts, loop devices and the machine's timing belong to one test at a time.
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 5 * MINUTE_MS,
          hookTimeout: 5 * MINUTE_MS,
        },
      },
    ],
  },
});
