/**
 * Turns the answers of a scenario into a form that does not depend on where and when it ran: paths
 * of the home, random link ids and the kernel's temporary names get fixed ones. It imports
 * nothing, so that the script that records fixtures can load it by itself.
 */

/** What a step answered: exactly one of `ok`, `error` and `panic`. */
export interface Answer {
  readonly step: number;
  readonly ok?: unknown;
  /** What a failed step tells besides its error. */
  readonly also?: unknown;
  readonly error?: { readonly message: string; readonly errno?: string };
  readonly panic?: string;
  readonly logs?: readonly LogLine[];
}

/** A line that the driver logged during a step. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
}

const LINK_ID = /(?<![A-Za-z0-9])[A-Z2-7]{26}(?![A-Za-z0-9])/g;
/** A symlink in a dump whose own name is a link id. */
const LINK_LINE = /^lnk [^>]*\/[A-Z2-7]{26} -> /;
const KERNEL_TEMPORARY = /\/#[0-9a-f]+(?= |$)/g;
const TEMPORARY_PREFIXES = [
  'opaque-bug-check',
  'supportsOverlay2',
  'fsutils-dummy',
  'temp-docker-extract',
  '\\.pivot_root',
  'check-overlayfs-support',
];
const TEMPORARY = new RegExp(`(${TEMPORARY_PREFIXES.join('|')})\\d+`, 'g');
/** Archives are compared as bytes, by themselves. */
const VERBATIM = new Set(['archive']);

/**
 * Gives the canonical answers of one scenario.
 *
 * @param steps - the kinds of the steps, in order; dumps are sorted anew.
 * @param answers - what one peer answered, a JSON value each.
 * @param home - the absolute home of that run.
 */
export function canonicalAnswers(
  steps: readonly { readonly do: string }[],
  answers: readonly Answer[],
  home: string,
): Answer[] {
  const names = new Map<string, string>();
  const root = home.slice(0, home.lastIndexOf('/'));
  const rename = (text: string): string =>
    text
      .replaceAll(home, '«HOME»')
      .replaceAll(root, '«ROOT»')
      .replace(KERNEL_TEMPORARY, '/#')
      .replace(TEMPORARY, '$1*')
      .replace(LINK_ID, (id) => nameOf(names, id));
  return answers.map((answer) => {
    if (steps[answer.step]?.do !== 'dump' || !Array.isArray(answer.ok)) {
      return mapStrings(answer, rename) as Answer;
    }
    return { ...answer, ok: canonicalDump(answer.ok as string[], rename) };
  });
}

/**
 * A dump lists the links sorted by their random names, before the layers that tell which is
 * which: so the other lines name the ids first, and each run of links is sorted by its targets.
 */
function canonicalDump(lines: readonly string[], rename: (text: string) => string): string[] {
  for (const line of lines) if (!LINK_LINE.test(line)) rename(line);
  const sorted: string[] = [];
  let run: string[] = [];
  const endRun = (): void => {
    run.sort((a, b) => compare(linkTarget(a), linkTarget(b)));
    sorted.push(...run.map(rename).sort(compare));
    run = [];
  };
  for (const line of lines) {
    if (LINK_LINE.test(line)) {
      run.push(line);
      continue;
    }
    endRun();
    sorted.push(rename(line));
  }
  endRun();
  return sorted;
}

function linkTarget(line: string): string {
  return line.slice(line.indexOf(' -> '));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function nameOf(names: Map<string, string>, id: string): string {
  const known = names.get(id);
  if (known !== undefined) return known;
  const name = `L${names.size + 1}`;
  names.set(id, name);
  return name;
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      VERBATIM.has(key) ? item : mapStrings(item, change),
    ]),
  );
}
