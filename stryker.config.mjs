// Mutation testing of the pure rules, part by part: `npm run mutation [-- PART…]`.
export default {
  mutate: ['src/domain/**/*.ts'],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts' },
  coverageAnalysis: 'perTest',
  // Static mutants run every test each; they are tables, which examples check by their values.
  ignoreStatic: true,
  reporters: ['clear-text', 'progress', 'json'],
  clearTextReporter: { reportTests: false, reportMutants: false, reportScoreTable: false },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  timeoutMS: 5_000,
  timeoutFactor: 2,
  ignorePatterns: ['dist', 'reports', 'bench', 'peers', 'docs', 'test/e2e', 'test/architecture'],
  allowConsoleColors: false,
  tempDirName: '.stryker-tmp',
};
