/**
 * Gives a text that cannot steer a terminal: control characters become `\xNN`.
 *
 * @internal
 */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
