import type { MatrixResults } from './results.mjs';

/** A cell: milliseconds of a check that passed; status, reason, milliseconds; no record. */
export type Cell = number | [status: string, reason: number, milliseconds: number] | null;

/** Results with each check and each reason named once. */
export interface PackedResults {
  readonly checks: readonly (readonly [string, string, string, string])[];
  readonly reasons: readonly string[];
  readonly runs: readonly {
    readonly kernels: readonly string[];
    readonly rows: readonly (readonly [number, ...Cell[]])[];
  }[];
}

export function formatPage(results: MatrixResults): string;
export function pack(results: MatrixResults): PackedResults;
