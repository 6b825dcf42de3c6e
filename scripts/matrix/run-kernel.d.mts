import type { MatrixOptions } from './options.mjs';
import type { MatrixRecord } from './results.mjs';

/** What one kernel showed. */
export interface EndedKernel {
  readonly kernel: string;
  readonly records: readonly MatrixRecord[];
  readonly seconds: number;
  readonly isBroken: boolean;
  readonly isLate: boolean;
  readonly isMissing: boolean;
}

export function runKernel(
  name: string,
  job: {
    readonly tree: string;
    readonly seed: number;
    readonly folder: string;
    readonly programs: string;
    readonly options: Pick<MatrixOptions, 'runner' | 'only' | 'timeoutSeconds'>;
    readonly signal: AbortSignal;
    readonly onTest: (tests: number) => void;
  },
): Promise<EndedKernel>;
