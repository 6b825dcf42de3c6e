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

/** The tests that mutants have to survive, by what is mutated. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  domain: ['test/{unit,property}/domain/**/*.test.ts'],
  driver: ['test/unit/driver/**/*.test.ts', 'test/property/driver/**/*.test.ts'],
};
const include = TESTS[process.env['MUTATION_TESTS'] ?? 'domain'] ?? [];

// One seed for all of them, since a mutant must not live or die by luck.
export default defineConfig({
  test: {
    env: { FC_SEED: process.env['FC_SEED'] ?? '1' },
    include: [...include],
    setupFiles: ['test/helpers/fast-check-setup.ts'],
    testTimeout: 60_000,
    // The modules keep no state, and importing them afresh for each mutant takes most of the time.
    isolate: false,
    pool: 'threads',
    sequence: { sequencer: ExamplesFirst },
  },
});
