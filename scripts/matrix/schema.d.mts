import type { MatrixResults } from './results.mjs';

export function matrixSchemaText(): string;
export function parseResults(text: string, name: string): MatrixResults;
