import type { Operation } from '../commands/operation.js';

const LETTERS: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Gives the operations with ids of other names. */
export type Renaming = (operations: readonly Operation[]) => readonly Operation[];

/**
 * Gives ways to name the layers of a sequence more plainly: each longer id by a letter that no
 * other layer has, one after the other.
 *
 * @internal
 */
export function renamings(operations: readonly Operation[]): readonly Renaming[] {
  const ids = new Set(operations.flatMap(idsOf));
  const free = LETTERS.filter((letter) => !ids.has(letter));
  const long = [...ids].filter((id) => id.length > 1);
  return long.flatMap((id, i) => {
    const letter = free[i];
    return letter === undefined ? [] : [(all) => all.map((one) => renameIn(one, id, letter))];
  });
}

function idsOf(operation: Operation): readonly string[] {
  const { from, to, id, parent } = operation as Readonly<Record<string, unknown>>;
  const isId = (value: unknown): value is string => typeof value === 'string' && value !== '';
  return [from, to, id, parent].filter(isId);
}

function renameIn(operation: Operation, id: string, letter: string): Operation {
  const renamed: Record<string, unknown> = { ...operation };
  for (const key of ['id', 'parent', 'from', 'fromParent', 'to', 'toParent']) {
    if (renamed[key] === id) renamed[key] = letter;
  }
  if (operation.op === 'tamper' && typeof operation.to === 'object') {
    const text = operation.to.text
      .replaceAll(`{link:${id}}`, `{link:${letter}}`)
      .replaceAll(`../${id}`, `../${letter}`);
    renamed['to'] = { text };
  }
  return renamed as unknown as Operation;
}
