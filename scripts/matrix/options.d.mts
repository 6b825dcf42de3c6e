/** What the command line of the matrix says. */
export interface MatrixOptions {
  readonly kernels: readonly string[];
  readonly runner: 'run-vm' | 'run-vagrant';
  readonly only: readonly string[];
  readonly jobs: number;
  readonly timeoutSeconds: number;
  readonly isFresh: boolean;
  readonly keeps: boolean;
  readonly out: string;
  readonly isJson: boolean;
  readonly lists: boolean;
  readonly helps: boolean;
}

export const USAGE: string;
export class UsageError extends Error {}
export function parseOptions(words: readonly string[], names: readonly string[]): MatrixOptions;
