/** White space as Go's `unicode.IsSpace` knows it: JavaScript lacks U+0085 and adds U+FEFF. */
const SPACE = String.raw`[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');
const INNER_SPACE = new RegExp(`${SPACE}+`);

/**
 * Removes Go's white space from both ends of a text.
 *
 * @source Go 1.13 strings/strings.go TrimSpace
 * @public
 * @since 0.1.0
 */
export function trimSpace(text: string): string {
  return text.replace(OUTER_SPACE, '');
}

/**
 * Splits a text around runs of Go's white space.
 *
 * @returns the fields, none of them empty.
 * @source Go 1.13 strings/strings.go Fields
 * @public
 * @since 0.1.0
 */
export function splitFields(text: string): string[] {
  return text.split(INNER_SPACE).filter((field) => field !== '');
}
