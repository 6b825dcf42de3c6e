import { isPrintable } from './printable.js';

/** What a text of ASCII alone looks like. */
const ASCII = /^[\0-\x7f]*$/;

/**
 * Gives a text in lower case, rune by rune, as Go does: no final sigma, no rune becomes two, and
 * runes that Go's Unicode version does not know stay.
 *
 * @source Go 1.19 strings/strings.go ToLower
 * @public
 * @since 0.1.0
 */
export function goToLower(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return Array.from(text, lowerRune).join('');
}

function lowerRune(rune: string): string {
  // JavaScript keeps the dot of U+0130 as a second code point.
  if (rune === '\u0130') return 'i';
  return isPrintable(rune.codePointAt(0) ?? 0) ? rune.toLowerCase() : rune;
}
