import type { Operation } from '../commands/operation.js';
import { type Allowed, refusal, type Rules } from '../model/facts.js';

const SIZE = /^(\d+(?:\.\d+)*) ?([kKmMgGtTpP]?)[iI]?[bB]?$/;

/** Tells whether storage options are refused for want of quota. */
export function needsQuota(
  { world, limiting }: Rules,
  { readWrite, storage = [] }: Extract<Operation, { op: 'create' }>,
): boolean {
  if (!readWrite || world.quota) return false;
  return storage.some(([key]) => limiting === undefined || key === limiting);
}

/** QUIRK: Q-12: a map is visited in random order: the first error, else the last size. */
export function storageOutcomes(
  storage: readonly (readonly [string, string])[],
  hasQuota: boolean,
): readonly string[] {
  if (storage.length === 0) return ['ok'];
  const outcomes = storage.map(([key, value]) =>
    key.toLowerCase() === 'size' ? sizeOutcome(value) : 'option',
  );
  const errors = outcomes.filter((it) => it !== 'zero' && it !== 'some');
  if (errors.length > 0) return [...new Set(errors)];
  return [...new Set(outcomes.map((it) => (it === 'some' && !hasQuota ? 'panic' : 'ok')))];
}

/** What a size comes to: nothing, something, or the error class of what is none. */
function sizeOutcome(value: string): 'size' | 'number' | 'zero' | 'some' {
  const [, digits, unit] = SIZE.exec(value) ?? [];
  if (digits === undefined) return 'size';
  if (!Number.isFinite(Number(digits))) return 'number';
  const factor = 1024 ** ' kmgtp'.indexOf((unit ?? '').toLowerCase() || ' ');
  return Math.trunc(Number(digits) * factor) > 0 ? 'some' : 'zero';
}

/** What strict has against storage options. */
export function strictOptions({
  storage = [],
  readWrite,
}: Extract<Operation, { op: 'create' }>): Allowed[] {
  const sizes = storage.filter(([key]) => key.toLowerCase() === 'size');
  const reasons: Allowed[] = [];
  if (sizes.length < storage.length) reasons.push(refusal('option'));
  if (sizes.length > (readWrite ? 1 : 0)) reasons.push(refusal('option', 'Q-11, Q-12'));
  for (const [, value] of readWrite ? sizes : []) {
    const code = sizeOutcome(value);
    if (code === 'size' || code === 'number') reasons.push(refusal(code));
  }
  return reasons;
}
