/** One line of two texts that are compared: in both, only expected, or only there. */
export interface DiffLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * Compares two texts line by line.
 *
 * @returns the lines of both in order, `-` before what is only expected, `+` before what is only
 *   there.
 * @internal
 */
export function diffLines(
  expected: readonly string[],
  actual: readonly string[],
): readonly DiffLine[] {
  const common = commonLengths(expected, actual);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < expected.length || j < actual.length) {
    const [wanted, got] = [expected[i], actual[j]];
    if (wanted !== undefined && wanted === got) {
      lines.push({ mark: ' ', text: wanted });
      i += 1;
      j += 1;
    } else if (wanted !== undefined && lengthAt(common, i + 1, j) >= lengthAt(common, i, j + 1)) {
      lines.push({ mark: '-', text: wanted });
      i += 1;
    } else if (got !== undefined) {
      lines.push({ mark: '+', text: got });
      j += 1;
    } else i += 1;
  }
  return lines;
}

/**
 * Leaves out what is the same in both, but for the lines that say where a difference is: those it
 * is indented below.
 *
 * @internal
 */
export function withoutSame(lines: readonly DiffLine[]): readonly DiffLine[] {
  return lines.filter(({ mark, text }, at) => {
    if (mark !== ' ' || text.startsWith(' ')) return mark !== ' ';
    const next = lines.slice(at + 1);
    const end = next.findIndex((line) => !line.text.startsWith(' '));
    return next.slice(0, end < 0 ? undefined : end).some((line) => line.mark !== ' ');
  });
}

/** The longest common part of what is left from each place on. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = rows[i];
      if (row === undefined) continue;
      const longer = Math.max(lengthAt(rows, i + 1, j), row[j + 1] ?? 0);
      row[j] = a[i] === b[j] ? lengthAt(rows, i + 1, j + 1) + 1 : longer;
    }
  }
  return rows;
}

function lengthAt(rows: readonly Uint16Array[], i: number, j: number): number {
  return rows[i]?.[j] ?? -1;
}
