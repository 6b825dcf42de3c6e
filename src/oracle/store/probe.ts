import type { Operation } from '../commands/operation.js';
import type { Core } from './state.js';

const PROBING: ReadonlySet<string> = new Set(['status', 'diff', 'diffSize', 'transfer']);

/** QUIRK: Q-25: a probe without a home to look at fails, for as long as the process lives. */
export function isProbeSure({ state, rules }: Core, { op }: Operation): boolean {
  if (state.isProbeKnown && state.hasLinkDir !== undefined) return true;
  // QUIRK: Q-24: the seed applies without asking.
  return !PROBING.has(op) && (op !== 'apply' || rules.strict || !rules.asksProbe);
}

/** The probe may have failed, and what it found is remembered. */
export function loseProbe({ state }: Core): void {
  state.isProbeKnown = false;
  state.isLost = true;
}
