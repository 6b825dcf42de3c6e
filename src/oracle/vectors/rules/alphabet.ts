/**
 * Gives every text of some letters, the shorter ones first.
 *
 * @param lengthMax - letters of the longest.
 * @internal
 */
export function* everyText(letters: readonly string[], lengthMax: number): Generator<string> {
  let layer: readonly string[] = [''];
  for (let length = 0; ; length++) {
    yield* layer;
    if (length === lengthMax) return;
    layer = layer.flatMap((text) => letters.map((letter) => text + letter));
  }
}

/**
 * Gives a text as a comment tells it: in JSON's quotes, cut where it is long.
 *
 * @internal
 */
export function told(text: string): string {
  const TOLD_MAX = 48;
  if (text.length <= TOLD_MAX) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, TOLD_MAX))}… (${text.length} characters)`;
}

/**
 * Gives bytes as a vector carries them.
 *
 * @internal
 */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/**
 * Gives the bytes of a vector.
 *
 * @internal
 */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/**
 * Gives the bytes of a text with one character a byte.
 *
 * @internal
 */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
