/** A state that a profile is known to leave after a fault. */
export interface KnownViolation {
  /** As a judgement names it. */
  readonly signature: string;
  /** The quirk of `docs/profiles.md`, or the promise there that the seed does not make. */
  readonly rule: string;
}

/** What strict promises beside the quirks and the seed does not: headings of `docs/profiles.md`. */
export const PROMISES = ['Durable metadata', 'Remove', 'Incomplete layers', 'Repair'] as const;

/**
 * Every state that moby-2019 leaves after a fault and that strict does not, over the alphabet of
 * the exhaustive search. A new one is a divergence, one that is not found any more fails the tests.
 *
 * @internal
 */
export const MOBY_2019_VIOLATIONS: readonly KnownViolation[] = [];

const BY_SIGNATURE: ReadonlyMap<string, KnownViolation> = new Map(
  MOBY_2019_VIOLATIONS.map((known) => [known.signature, known]),
);

/**
 * Finds the quirk or promise behind a violation.
 *
 * @internal
 */
export function findKnownViolation(signature: string): KnownViolation | undefined {
  return BY_SIGNATURE.get(signature);
}
