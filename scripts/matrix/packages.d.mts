/** An entry of a package-lock.json, as far as it matters here. */
export interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export function placesOf(
  lock: Readonly<Record<string, LockEntry>>,
  roots: readonly string[],
  isThere: (place: string) => boolean,
): string[];
