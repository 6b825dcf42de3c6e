/**
 * What a daemon says, without what differs from run to run: ids become numbers in the order in
 * which they are told, and so do the short names of links; places become words.
 */

/** Long and short ids, ids of BuildKit's layers, and names of links. */
const IDS = /\b(?:(?:sha256:)?[0-9a-f]{64}|[0-9a-f]{12}|[0-9a-z]{25}|[0-9A-Z]{26})\b/g;
const SHORT = 12;

/** Numbers the ids of one daemon's texts; the same id has one number in all of them. */
export class NormalForm {
  readonly #places: readonly (readonly [place: string, word: string])[];
  readonly #numbers = new Map<string, number>();

  /** @param places - what becomes which word, the longest first. */
  constructor(places: readonly (readonly [place: string, word: string])[]) {
    this.#places = places;
  }

  /** Gives a text in its normal form. */
  of(text: string): string {
    let placed = text;
    for (const [place, word] of this.#places) placed = placed.replaceAll(place, word);
    return placed.replace(IDS, (id) => `«${this.#numberOf(id)}»`);
  }

  /** A short id is the beginning of a long one. */
  #numberOf(id: string): number {
    const key = id.replace('sha256:', '').slice(0, SHORT);
    const number = this.#numbers.get(key) ?? this.#numbers.size + 1;
    this.#numbers.set(key, number);
    return number;
  }
}
