// Runs the compiled e2e tests on a machine that has them alone; lies at the top of their tree.
import { defineConfig } from 'vitest/config';

/** An emulated processor is up to twenty times slower than what the tests were timed on. */
const LIMIT_MS = Number(process.env['MATRIX_TEST_MS'] ?? '600000');

export default defineConfig({
  cacheDir: '/tmp/overlay2-ref-vite',
  test: {
    name: 'e2e',
    env: { FC_SEED: process.env['FC_SEED'] ?? '1' },
    include: ['test/e2e/**/*.test.js'],
    setupFiles: ['test/helpers/fast-check-setup.js'],
    globalSetup: ['test/helpers/e2e-global-setup.js'],
    runner: './test/helpers/e2e-runner.js',
    reporters: ['./reporter.mjs'],
    pool: 'forks',
    // Modules are loaded once and not for each file, which takes half of an emulated processor's
    // time; it is safe because no module keeps state.
    isolate: false,
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
  },
});
