import { assert } from '../assert.js';
import type { QuirkId } from '../profiles/quirk.js';
import { RULE_ROWS } from './rule-rows.js';

/**
 * How much harm a finding means: `error` breaks a layer or loses data, `warning` is a leftover or a
 * danger, `info` is worth knowing and is not held against a home.
 *
 * @public
 * @since 0.1.0
 */
export type FsckSeverity = 'error' | 'warning' | 'info';

/**
 * The name of a rule.
 *
 * @public
 * @since 0.1.0
 */
export type FsckRuleId = (typeof RULE_ROWS)[number][0];

/**
 * One rule of a sound home.
 *
 * @public
 * @since 0.1.0
 */
export interface FsckRule {
  readonly id: FsckRuleId;
  readonly severity: FsckSeverity;
  /** The quirk of the seed that brings it about, where one does. */
  readonly quirk?: QuirkId;
  readonly title: string;
  /** What will come of it. */
  readonly effect: string;
  /** What puts it right. */
  readonly remedy: string;
}

/**
 * Every rule, in the order in which they are looked at.
 *
 * @public
 * @since 0.1.0
 */
export const FSCK_RULES: readonly FsckRule[] = Object.freeze(
  RULE_ROWS.map(([id, severity, quirk, title, effect, remedy]) =>
    Object.freeze({
      id,
      severity,
      ...(quirk === '' ? {} : { quirk }),
      title,
      effect,
      remedy,
    }),
  ),
);

/**
 * Gives a rule by its name.
 *
 * @public
 * @since 0.1.0
 */
export function fsckRule(id: FsckRuleId): FsckRule {
  const rule = FSCK_RULES.find((candidate) => candidate.id === id);
  assert(rule !== undefined, `there is a rule ${id}`);
  return rule;
}
