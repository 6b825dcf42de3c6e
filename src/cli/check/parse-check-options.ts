import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Shard } from './check-options.js';
import { REPORT_FORMS, type ReportFiles } from './report-forms.js';

const COUNT = /^\d{1,9}$/;
const TIME = /^(\d{1,7}(?:\.\d{1,3})?)(s|m|h)?$/;
const SHARD = /^(\d{1,6})\/(\d{1,6})$/;
const MS_OF = { s: 1000, m: 60_000, h: 3_600_000 } as const;
const SEED_MAX = 0xffff_ffff;

/**
 * Parses a count from 1.
 *
 * @throws InvalidArgumentError for anything else.
 * @internal
 */
export function parseCount(text: string): number {
  const count = parseRuns(text);
  if (count > 0) return count;
  throw new InvalidArgumentError('It is not a count.');
}

/**
 * Parses a count that may be 0.
 *
 * @throws InvalidArgumentError for anything else.
 * @internal
 */
export function parseRuns(text: string): number {
  if (COUNT.test(text)) return Number(text);
  throw new InvalidArgumentError('It is not a count.');
}

/**
 * Parses the seed of a run, an integer of 32 bits.
 *
 * @throws InvalidArgumentError for anything else.
 * @internal
 */
export function parseSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Infinity;
  if (seed <= SEED_MAX) return seed;
  throw new InvalidArgumentError(`It is not an integer up to ${SEED_MAX}.`);
}

/**
 * Parses a length of time: seconds, or with `s`, `m` or `h` behind it.
 *
 * @returns milliseconds.
 * @throws InvalidArgumentError for anything else.
 * @internal
 */
export function parseTime(text: string): number {
  const [, number, unit] = TIME.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('It is not a time such as 30s or 5m.');
  return Math.round(Number(number) * MS_OF[(unit ?? 's') as keyof typeof MS_OF]);
}

/**
 * Parses which part of how many this is.
 *
 * @throws InvalidArgumentError for anything but `i/n` with i from 1 to n.
 * @internal
 */
export function parseShard(text: string): Shard {
  const [, index = 0, of = 0] = (SHARD.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= of) return { index, of };
  throw new InvalidArgumentError('It is not i/n with i from 1 to n.');
}

/**
 * Parses where reports go: `form=file`, several joined by commas; adds them to those given before.
 *
 * @throws InvalidArgumentError for an unknown form, or one that was given before.
 * @internal
 */
export function collectReports(text: string, before: ReportFiles = {}): ReportFiles {
  let files = before;
  for (const part of text.split(',')) {
    const cut = part.indexOf('=');
    const form = REPORT_FORMS.find((name) => name === part.slice(0, Math.max(cut, 0)));
    const path = part.slice(cut + 1);
    if (form === undefined || path === '') {
      throw new InvalidArgumentError(`It is not form=file; forms are ${REPORT_FORMS.join(', ')}.`);
    }
    if (files[form] !== undefined) throw new InvalidArgumentError(`There are two of ${form}.`);
    files = { ...files, [form]: resolve(path) };
  }
  return files;
}
