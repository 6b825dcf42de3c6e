/**
 * The first thing in which what was found is not what was expected.
 *
 * @public
 * @since 0.1.0
 */
export class Divergence extends Error {
  override readonly name = 'Divergence';
  /** Where: a path in a layer, or a call. */
  readonly subject: string;
  /** What of it: `mode`, `content`, `answer` … */
  readonly aspect: string;
  readonly expected: string;
  readonly actual: string;

  constructor(subject: string, aspect: string, expected: string, actual: string) {
    super(`${subject}: ${aspect}: expected ${expected}, got ${actual}`);
    this.subject = subject;
    this.aspect = aspect;
    this.expected = expected;
    this.actual = actual;
  }
}

/**
 * States what has to be equal.
 *
 * @throws {@link Divergence} where it is not.
 * @internal
 */
export function expectSame(
  subject: string,
  aspect: string,
  expected: string | number | bigint | boolean,
  actual: string | number | bigint | boolean,
): void {
  if (expected === actual) return;
  throw new Divergence(subject, aspect, String(expected), String(actual));
}
