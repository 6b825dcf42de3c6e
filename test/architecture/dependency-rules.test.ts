/**
 * Establishes that the dependency rules hold, and that the checker would see it if they did not:
 * each rule must report the violation planted for it under `fixtures/rules`.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { findRuleViolations, ROOT, RULE_NAMES } from './dependency-rules.js';

const PLANTED: readonly (readonly [rule: string, from: string])[] = [
  ['no-cycles', 'domain/circle-other.ts'],
  ['no-unresolvable', 'domain/lost.ts'],
  ['domain-imports-domain', 'domain/reads-files.ts'],
  ['domain-imports-domain', 'domain/knows-a-port.ts'],
  ['ports-import-domain', 'ports/knows-the-driver.ts'],
  ['ports-import-types', 'ports/runs-code.ts'],
  ['driver-imports-domain-and-ports', 'driver/knows-an-adapter.ts'],
  ['union-is-for-fake-and-oracle', 'driver/sees-the-union.ts'],
  ['adapters-import-inwards', 'adapters/linux/uses-a-package.ts'],
  ['adapters-are-islands', 'adapters/fake/knows-linux.ts'],
  ['oracle-is-handed-a-target', 'oracle/knows-linux.ts'],
  ['oracle-touches-node-at-its-edges', 'oracle/judge.ts'],
  ['oracle-sees-driver-types', 'oracle/judge.ts'],
  ['oracle-model-proves-itself', 'oracle/model/uses-a-rule.ts'],
  ['surfaces-import-composition', 'cli/knows-the-rules.ts'],
  ['surfaces-see-driver-types', 'cli/makes-a-driver.ts'],
  ['composition-is-the-root', 'driver/asks-the-root.ts'],
  ['adapters-are-bound-by-the-root', 'driver/knows-an-adapter.ts'],
  ['koffi-in-linux-alone', 'adapters/fake/goes-native.ts'],
  ['memfs-in-fake-alone', 'adapters/linux/goes-virtual.ts'],
  ['tsyringe-at-the-root-alone', 'driver/decorates.ts'],
  ['src-stands-alone', 'domain/needs-a-tool.ts'],
  ['no-dev-dependency-in-src', 'domain/needs-a-tool.ts'],
];

describe('the dependency rules', () => {
  it('hold in src and test', async () => {
    const violations = await findRuleViolations(ROOT, ['src', 'test']);

    expect(violations).toEqual([]);
  });

  describe('on planted violations', () => {
    let reported: readonly string[] = [];

    beforeAll(async () => {
      const fixtures = `${ROOT}/test/architecture/fixtures/rules`;
      const violations = await findRuleViolations(fixtures, ['src']);
      reported = violations.map(({ rule, from }) => `${rule} ${from}`);
    });

    it('have one for each rule', () => {
      const planted = new Set(PLANTED.map(([rule]) => rule));

      expect(RULE_NAMES.filter((name) => !planted.has(name))).toEqual([]);
    });

    it.each(PLANTED)('report %s in %s', (rule, from) => {
      expect(reported).toContain(`${rule} src/${from}`);
    });

    it('report nothing in a file that breaks none', () => {
      expect(reported.filter((line) => line.endsWith(' src/driver/driver.ts'))).toEqual([]);
    });
  });
});
