import { type Flaw, type FsckSeverity, fsckRule, type StoreReport } from '../../composition.js';

/**
 * A finding as it is told: the flaw, and what its rule says of it.
 *
 * @internal
 */
export interface FsckFinding extends Flaw {
  readonly severity: FsckSeverity;
  readonly quirk?: string;
  readonly title: string;
  readonly effect: string;
  readonly remedy: string;
}

/**
 * The severities, worst first.
 *
 * @internal
 */
export const SEVERITIES: readonly FsckSeverity[] = Object.freeze(['error', 'warning', 'info']);

/**
 * Gives the findings of a report with what their rules say.
 *
 * @returns worst first, else in the report's order.
 * @internal
 */
export function findingsOf({ flaws }: StoreReport): readonly FsckFinding[] {
  return flaws
    .map((flaw) => {
      const { severity, quirk, title, effect, remedy } = fsckRule(flaw.rule);
      return {
        ...flaw,
        severity,
        ...(quirk === undefined ? {} : { quirk }),
        title,
        effect,
        remedy,
      };
    })
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/**
 * Tells whether a finding is at least so bad.
 *
 * @internal
 */
export function isAtLeast({ severity }: FsckFinding, threshold: FsckSeverity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}
