import type { MatrixRecord } from './results.mjs';

export function eventsIn(text: string, mark: string): object[];
export function recordsOf(
  events: readonly object[],
  guest: { readonly kernel: string; readonly fileSystem: string },
): MatrixRecord[];
export function compareRecords(a: MatrixRecord, b: MatrixRecord): number;
export function compareKernels(a: string, b: string): number;
export function countStatuses(
  records: readonly MatrixRecord[],
): Record<MatrixRecord['status'], number>;
