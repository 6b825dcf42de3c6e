import { GraphDriverError } from '../../domain/errors.js';
import type { CampaignOptions, Finding } from '../../oracle/judge/campaign.js';
import type { FaultTrace } from '../../oracle/report/fault-trace.js';
import { recordTrace } from '../../oracle/report/record-trace.js';

/** So long at most is spent on it; faults beyond are told without. */
const ALL_MS_MAX = 30_000;

/**
 * Runs the shortest sequence of each fault once more, and looks at what it does.
 *
 * @param turn - is waited for between two faults.
 * @returns what was seen, by fault; a home that cannot be looked at is left out.
 * @internal
 */
export async function traceFindings(
  campaign: Pick<CampaignOptions, 'compares' | 'judgeProfile' | 'seed' | 'targets'>,
  findings: ReadonlyMap<string, Finding>,
  turn: () => Promise<void>,
): Promise<ReadonlyMap<string, FaultTrace>> {
  const traces = new Map<string, FaultTrace>();
  const end = performance.now() + ALL_MS_MAX;
  for (const [fault, finding] of findings) {
    if (performance.now() >= end) break;
    await turn();
    try {
      traces.set(fault, await recordTrace(campaign, finding));
    } catch (error) {
      // The fault may be that the home is in no state to be looked at; it is told all the same.
      if (!(error instanceof GraphDriverError)) throw error;
    }
  }
  return traces;
}
