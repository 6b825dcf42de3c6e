import { UsageError } from '../exit-code.js';

/** A run of anything but spaces and quotes, or what stands in quotes. */
const PIECE = /[^\s'"]+|'[^']*'|"[^"]*"|\s+/gy;

/**
 * Splits a command line into words at spaces; single and double quotes keep spaces, and nothing
 * else is special.
 *
 * @throws UsageError for an empty command, or a quote without its end.
 * @internal
 */
export function splitCommand(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let length = 0;
  for (const [piece] of text.matchAll(PIECE)) {
    length += piece.length;
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (/^['"]/.test(piece) ? piece.slice(1, -1) : piece);
  }
  if (word !== undefined) words.push(word);
  if (length < text.length) throw new UsageError(`a quote without its end in ${text}`);
  if (words.length === 0) throw new UsageError('program: needs a command, as "program:CMD ARGS"');
  return words;
}
