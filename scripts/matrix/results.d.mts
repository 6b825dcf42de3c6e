import type { MatrixResults, MatrixRun } from './types.mjs';

export function readResults(file: string): MatrixResults;
export function addRun(results: MatrixResults, found: MatrixRun, isWhole: boolean): MatrixResults;
export function formatResults(results: MatrixResults): string;
export function writeWhole(file: string, text: string): void;
export function lineOf(kernel: string): string;
