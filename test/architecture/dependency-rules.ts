import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type IResolveOptions } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** The repository's top directory. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One import that breaks a rule. */
export interface RuleViolation {
  readonly rule: string;
  /** The importing file, relative to the cruised directory. */
  readonly from: string;
  readonly to: string;
}

interface RuleFile {
  readonly forbidden: readonly { readonly name: string }[];
  readonly options: ICruiseOptions & { readonly enhancedResolveOptions: Partial<IResolveOptions> };
}

const RULES = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as RuleFile;

/** The names of all dependency rules. */
export const RULE_NAMES = RULES.forbidden.map(({ name }) => name);

/** Gives what breaks the dependency rules in some folders below a directory. */
export async function findRuleViolations(
  baseDir: string,
  folders: readonly string[],
): Promise<readonly RuleViolation[]> {
  const { enhancedResolveOptions, ...options } = RULES.options;
  const { output } = await cruise(
    [...folders],
    { ...options, baseDir, validate: true, ruleSet: { forbidden: RULES.forbidden as never } },
    enhancedResolveOptions,
    { tsConfig: extractTSConfig(`${ROOT}/tsconfig.json`) },
  );
  if (typeof output === 'string') throw new Error(`dependency-cruiser said: ${output}`);
  if (output.summary.totalCruised === 0) throw new Error(`nothing to check in ${baseDir}`);
  return output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}
