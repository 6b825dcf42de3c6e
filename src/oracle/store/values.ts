import type { Value } from '../commands/answer.js';

/** Compares what an operation gave; each says what was expected where it is something else. */
export type Check = (value: Value) => string | undefined;

/** Expects that an operation gave nothing. */
export function expectNothing(value: Value): string | undefined {
  return value.kind === 'nothing' ? undefined : 'nothing';
}

/** Expects yes or no. */
export function expectFlag(expected: boolean): Check {
  return (value) =>
    value.kind === 'flag' && value.flag === expected ? undefined : String(expected);
}

/** Expects a path, byte for byte. */
export function expectPath(expected: string): Check {
  return (value) => (value.kind === 'path' && value.path === expected ? undefined : expected);
}

/** Expects the rows of Status, in order. */
export function expectRows(rows: readonly (readonly [string, string])[]): Check {
  const expected = JSON.stringify(rows);
  return (value) =>
    value.kind === 'rows' && JSON.stringify(value.rows) === expected ? undefined : expected;
}

/** Expects names and values, in any order. */
export function expectMetadata(expected: Readonly<Record<string, string>>): Check {
  return (value) => {
    const keys = Object.keys(expected);
    const isSame =
      value.kind === 'metadata' &&
      Object.keys(value.metadata).length === keys.length &&
      keys.every((name) => value.metadata[name] === expected[name]);
    return isSame ? undefined : JSON.stringify(expected);
  };
}

/** A number of bytes; more than one is right where it depends on times that nobody knows. */
export function expectSize(least: number, most: number): Check {
  return (value) => {
    const bytes = value.kind === 'size' ? Number(value.bytes) : -1;
    return bytes >= least && bytes <= most ? undefined : `${least} to ${most} bytes`;
  };
}
