import type { Operation } from '../commands/operation.js';

const LETTERS: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const ID_KEYS: readonly string[] = ['id', 'parent', 'from', 'fromParent', 'to', 'toParent'];

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
  const named = operation as Readonly<Record<string, unknown>>;
  const isId = (value: unknown): value is string => typeof value === 'string' && value !== '';
  return keysOf(operation)
    .map((key) => named[key])
    .filter(isId);
}

/** What somebody makes of a layer's metadata is no id, though it stands under `to`. */
function keysOf({ op }: Operation): readonly string[] {
  return op === 'tamper' ? ['id'] : ID_KEYS;
}

function renameIn(operation: Operation, id: string, letter: string): Operation {
  const renamed: Record<string, unknown> = { ...operation };
  for (const key of keysOf(operation)) {
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
