/** One test on one kernel, as matrix/results.json has it. */
export interface MatrixRecord {
  readonly kernel: string;
  readonly fileSystem: string;
  readonly feature: string;
  readonly check: string;
  readonly status: 'pass' | 'fail' | 'unsupported' | 'not-run';
  readonly reason?: string;
  readonly probe: string;
  readonly milliseconds: number;
}

/** All that one commit showed on one machine. */
export interface MatrixRun {
  readonly commit: string;
  readonly date: string;
  readonly host: string;
  readonly records: readonly MatrixRecord[];
}

/** The file of results. */
export interface MatrixResults {
  readonly runs: readonly MatrixRun[];
}

export function readResults(file: string): MatrixResults;
export function addRun(results: MatrixResults, found: MatrixRun, isWhole: boolean): MatrixResults;
export function formatResults(results: MatrixResults): string;
export function writeWhole(file: string, text: string): void;
export function lineOf(kernel: string): string;
