import { InvalidArgumentError } from 'commander';
import { COMPARED, type Compared } from '../../oracle/judge/compared.js';

/**
 * Parses what is to be compared, separated by commas.
 *
 * @throws InvalidArgumentError for anything else.
 * @internal
 */
export function parseCompare(text: string): ReadonlySet<Compared> {
  return new Set(text.split(',').map(one));
}

/**
 * Parses what is not to be compared: gives all the rest.
 *
 * @throws InvalidArgumentError for anything else.
 * @internal
 */
export function parseNoCompare(text: string): ReadonlySet<Compared> {
  const left = parseCompare(text);
  return new Set(COMPARED.filter((name) => !left.has(name)));
}

function one(text: string): Compared {
  const found = COMPARED.find((name) => name === text.trim());
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Not one of ${COMPARED.join(', ')}.`);
}
