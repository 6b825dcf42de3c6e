import { goUnquote } from '../../../domain/go/quote.js';

/** A byte by its number, or whatever else stands between two of them. */
const PIECE = /\\x([\da-f]{2})|(?:[^\\]|\\[^x])+/gs;

/**
 * Gives the bytes that a Go literal of `%q` stands for, those that are no UTF-8 too.
 *
 * @throws GoSyntaxError when the text is no such literal.
 * @internal
 */
export function bytesOfLiteral(literal: string): Uint8Array {
  if (!literal.includes('\\x')) return new TextEncoder().encode(goUnquote(literal));
  const bytes: number[] = [];
  for (const [piece, hex] of literal.slice(1, -1).matchAll(PIECE)) {
    if (hex === undefined) bytes.push(...new TextEncoder().encode(goUnquote(`"${piece}"`)));
    else bytes.push(Number.parseInt(hex, 16));
  }
  return Uint8Array.from(bytes);
}
