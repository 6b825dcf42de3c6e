import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Examples first: they kill most mutants in no time, and a killed mutant needs no laws. */
class ExamplesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLaw = ({ moduleId }: TestSpecification): number =>
      moduleId.includes('/test/property/') ? 1 : 0;
    return files.sort((a, b) => isLaw(a) - isLaw(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

// The tests that mutants of src/domain have to survive. One seed for all of them, since a mutant
// must not live or die by luck.
export default defineConfig({
  test: {
    env: { FC_SEED: process.env['FC_SEED'] ?? '1' },
    include: ['test/{unit,property}/domain/**/*.test.ts'],
    setupFiles: ['test/helpers/fast-check-setup.ts'],
    testTimeout: 60_000,
    // The modules keep no state, and importing them afresh for each mutant takes most of the time.
    isolate: false,
    pool: 'threads',
    sequence: { sequencer: ExamplesFirst },
  },
});
