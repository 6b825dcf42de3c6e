import { GraphDriverError } from '../../domain/errors.js';
import { type CheckReport, REPORT_VERSION, type ReportedFault } from './check-report.js';

/** What reports must have in common to be added up. */
const SAME = ['version', 'target', 'profile', 'judgeProfile', 'kernel', 'lengthMax'] as const;

/**
 * Adds up reports of shards: counts are added, a fault that several found is told once, by the
 * shortest sequence. Seeds may differ; the first one is kept.
 *
 * @throws GraphDriverError of code `report` where they are not of the same check.
 * @public
 * @since 0.1.0
 */
export function mergeReports(reports: readonly CheckReport[]): CheckReport {
  const [first, ...rest] = reports;
  if (first === undefined) throw new GraphDriverError('report', 'no report to merge');
  return rest.reduce(mergeTwo, first);
}

/**
 * Reads a report that a check has written.
 *
 * @throws GraphDriverError of code `report` for anything else.
 * @public
 * @since 0.1.0
 */
export function parseReport(text: string, name: string): CheckReport {
  let report: Partial<CheckReport> | null;
  try {
    report = JSON.parse(text) as Partial<CheckReport> | null;
  } catch (error) {
    throw new GraphDriverError('report', `${name}: not JSON`, { cause: error });
  }
  const isWhole =
    report?.version === REPORT_VERSION &&
    Array.isArray(report.faults) &&
    Array.isArray(report.shards) &&
    typeof report.sequences === 'number' &&
    typeof report.cells === 'object';
  if (!isWhole) {
    throw new GraphDriverError('report', `${name}: not a report of version ${REPORT_VERSION}`);
  }
  return report as CheckReport;
}

function mergeTwo(a: CheckReport, b: CheckReport): CheckReport {
  for (const key of SAME) {
    if (a[key] !== b[key]) {
      const text = `reports of different checks: ${key} ${String(a[key])} and ${String(b[key])}`;
      throw new GraphDriverError('report', text);
    }
  }
  const shared = b.shards.find((shard) => a.seed === b.seed && a.shards.includes(shard));
  if (shared !== undefined) {
    throw new GraphDriverError('report', `shard ${shared} of seed ${a.seed} is there twice`);
  }
  const cells: Record<string, number> = { ...a.cells };
  for (const [cell, count] of Object.entries(b.cells)) cells[cell] = (cells[cell] ?? 0) + count;
  return {
    ...a,
    shards: [...a.shards, ...b.shards],
    agrees: a.agrees && b.agrees,
    sequences: a.sequences + b.sequences,
    operations: a.operations + b.operations,
    blind: a.blind + b.blind,
    seconds: a.seconds + b.seconds,
    cells: Object.fromEntries(Object.entries(cells).sort(([x], [y]) => (x < y ? -1 : 1))),
    faults: mergeFaults(a.faults, b.faults),
    ...mergeSkips(a, b),
  };
}

/** What several shards have left out is told once. */
function mergeSkips(a: CheckReport, b: CheckReport): Pick<CheckReport, 'skipped'> {
  const skips = [...(a.skipped ?? []), ...(b.skipped ?? [])];
  if (skips.length === 0) return {};
  return { skipped: [...new Map(skips.map((skip) => [skip.what, skip])).values()] };
}

function mergeFaults(
  a: readonly ReportedFault[],
  b: readonly ReportedFault[],
): readonly ReportedFault[] {
  const faults = new Map(a.map((fault) => [fault.fault, fault]));
  for (const fault of b) {
    const known = faults.get(fault.fault);
    if (known === undefined) faults.set(fault.fault, fault);
    else {
      const shorter = fault.steps.length < known.steps.length ? fault : known;
      faults.set(fault.fault, { ...shorter, count: known.count + fault.count });
    }
  }
  return [...faults.values()];
}
