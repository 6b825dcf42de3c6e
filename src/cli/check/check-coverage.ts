import type { CheckReport } from '../../oracle/report/check-report.js';

export function formatCoverage(_report: CheckReport): string {
  return '';
}
export function isCovered(_report: CheckReport): boolean {
  return true;
}
