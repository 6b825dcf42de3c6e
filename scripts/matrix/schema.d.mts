import type { MatrixResults } from './types.mjs';

export function matrixSchemaText(): string;
export function parseResults(text: string, name: string): MatrixResults;
