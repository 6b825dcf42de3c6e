const OCTAL = /\\([0-7]{3})/g;

/**
 * Gives a text of the mount table as it was before the kernel escaped it, as `\040` for a space.
 *
 * @source Linux fs/seq_file.c seq_escape
 * @internal
 */
export function unescapeMountText(text: string): string {
  return text.replaceAll(OCTAL, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
