import { QUIRKS } from '../../domain/profiles/quirk.js';
import { VERSION_CHANGES } from '../../domain/profiles/version-change.js';
import { LAWS, LAYER_LAWS } from '../judge/laws/all-laws.js';
import type { ReportedFault } from './check-report.js';

/** The rule that is broken where callers disturb each other. */
const LOCKS = 'locks';

/**
 * Tells in one line what broke.
 *
 * @internal
 */
export function headline({ steps, differences }: ReportedFault): string {
  const last = steps.at(-1) ?? '';
  const [first] = differences;
  return `after "${last}"${first === undefined ? '' : `: ${first.subject} is not as it has to be`}`;
}

/**
 * Gives a rule with what it says.
 *
 * @internal
 */
export function describeRule(rule: string): string {
  const quirk = [...QUIRKS, ...VERSION_CHANGES].find(({ id }) => id === rule);
  if (quirk !== undefined) return `${rule} (${quirk.title})`;
  if (rule === LOCKS) return `${rule} (callers are kept apart: docs/profiles.md, Locks)`;
  const law = [...LAWS, ...LAYER_LAWS].find(({ name }) => rule === `law ${name}`);
  return law === undefined ? rule : `${rule} (${law.says})`;
}
