import type { CheckReport, ReportedFault } from './check-report.js';
import { headline } from './headline.js';
import type { KnownDisagreement } from './known-disagreement.js';

const NOT_EXPLAINED = 'not explained yet';

/**
 * Marks the faults of a report that are known, and names what is listed for its target and did not
 * happen. A check that was interrupted, or of a part of the sequences, cannot tell that.
 *
 * @public
 * @since 0.1.0
 */
export function markKnown(report: CheckReport, known: readonly KnownDisagreement[]): CheckReport {
  const own = known.filter(({ target }) => target === report.target);
  const seen = new Set<KnownDisagreement>();
  const faults = report.faults.map((fault): ReportedFault => {
    const matching = own.filter((it) => isListed(fault, it));
    for (const it of matching) seen.add(it);
    const [first] = matching;
    if (first === undefined) return fault;
    const { reason, link } = first;
    return { ...fault, known: { reason, ...(link === undefined ? {} : { link }) } };
  });
  const isWhole = report.interrupted !== true && isEveryShard(report.shards);
  const stale = isWhole ? own.filter((it) => !seen.has(it)) : [];
  const agrees = stale.length === 0 && faults.every((fault) => fault.known !== undefined);
  return { ...report, faults, stale, agrees };
}

/**
 * Gives the file as it has to be for a report: what is listed and happens stays, what does not
 * happen goes, what is new is added without a reason. Other targets' entries stay.
 *
 * @public
 * @since 0.1.0
 */
export function updateKnown(
  report: CheckReport,
  known: readonly KnownDisagreement[],
): readonly KnownDisagreement[] {
  const { stale = [], faults, target } = markKnown(report, known);
  const kept = known.filter((it) => !stale.includes(it));
  const added = faults
    .filter((fault) => fault.known === undefined)
    .map(({ rule, fault }) => {
      return { target, rule, pattern: `^${escapePattern(fault)}$`, reason: NOT_EXPLAINED };
    });
  return [...kept, ...added];
}

/** The pattern may find the fault by its name or by what is told of it. */
function isListed(fault: ReportedFault, { rule, pattern }: KnownDisagreement): boolean {
  if (rule !== fault.rule) return false;
  const expression = new RegExp(pattern, 'u');
  return expression.test(fault.fault) || expression.test(headline(fault));
}

function isEveryShard(shards: readonly string[]): boolean {
  const of = shards[0]?.split('/')[1] ?? '1';
  const parts = new Set(shards.map((shard) => shard.split('/')[0]));
  return parts.size === Number(of) && shards.every((shard) => shard.endsWith(`/${of}`));
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
}
