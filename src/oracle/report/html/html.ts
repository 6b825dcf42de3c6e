/** Markup that may stand in a page as it is. */
export interface Html {
  readonly markup: string;
}

/** What a template takes: text is escaped, markup is not, nothing is left out. */
export type Part = string | number | Html | readonly Html[] | undefined;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/**
 * Gives markup in which whatever is put into the template is escaped, unless it is markup itself.
 * Texts may come from anybody's driver.
 *
 * @internal
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const all = strings.map((text, i) => (i === 0 ? text : tell(parts[i - 1]) + text)).join('');
  return { markup: all };
}

/**
 * Escapes text for an element or a quoted attribute. Control characters, which pages may not hold
 * and nobody sees, are told by their numbers; lines stay lines.
 *
 * @internal
 */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (it) => {
      return `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`;
    })
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll(/[&<>"']/g, (it) => ENTITIES.get(it) ?? it);
}

function tell(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map((one) => one.markup).join('');
}
