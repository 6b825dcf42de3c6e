import { type Html, markup } from './html.js';

/** A table with rows of its own; on a phone its cells stand below each other. */
export interface StackTable {
  /** What it is about, for who hears the page. */
  readonly label: string;
  readonly caption?: string;
  readonly heads: readonly string[];
  readonly rows: readonly Html[];
}

/**
 * Gives a table that scrolls by keyboard where it is wider than the page.
 *
 * @internal
 */
export function stackTable({ label, caption, heads, rows }: StackTable): Html {
  const told = heads.map((head) => markup`<th scope="col">${head}</th>`);
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
      <table class="stack">
        ${caption === undefined ? undefined : markup`<caption>${caption}</caption>`}
        <thead>
          <tr>${told}</tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
}
