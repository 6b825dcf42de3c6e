/**
 * Go's `path` package (and `path/filepath` on Unix, which answers the same): joining is lexical
 * and cleans its result, which Node's `path` does differently for `''` and for a trailing slash.
 */

/** What cleaning would change: an empty, `.` or `..` element, or a slash at the end. */
const UNCLEAN = /\/\/|\/$|(?:^|\/)\.\.?(?:\/|$)/;

/**
 * Joins path elements with slashes and cleans the result; empty elements are skipped.
 *
 * @returns the cleaned path, or `''` when every element is empty.
 * @source Go 1.13 path/path.go Join
 * @public
 * @since 0.1.0
 */
export function goJoin(...elements: string[]): string {
  const joined = elements.filter((element) => element !== '').join('/');
  return joined === '' ? '' : goClean(joined);
}

/**
 * Gives the shortest path that names the same place by looking at the text alone.
 *
 * @returns the path without `.`, without empty elements, without inner `..`; `.` for `''`.
 * @source Go 1.13 path/path.go Clean
 * @public
 * @since 0.1.0
 */
export function goClean(path: string): string {
  if (path === '') return '.';
  if (!UNCLEAN.test(path)) return path;
  const rooted = isAbs(path);
  const kept: string[] = [];
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue;
    if (element !== '..') kept.push(element);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push('..');
  }
  const cleaned = (rooted ? '/' : '') + kept.join('/');
  return cleaned === '' ? '.' : cleaned;
}

/**
 * Gives all but the last element of a path, cleaned.
 *
 * @returns the directory; `.` when there is no slash.
 * @source Go 1.13 path/path.go Dir
 * @public
 * @since 0.1.0
 */
export function goDir(path: string): string {
  return goClean(path.slice(0, path.lastIndexOf('/') + 1));
}

/**
 * Gives the last element of a path, slashes at its end left out.
 *
 * @returns the element; `.` for `''`, `/` for a path of slashes alone.
 * @source Go 1.13 path/path.go Base
 * @public
 * @since 0.1.0
 */
export function goBase(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/**
 * Tells whether a path starts at the root.
 *
 * @source Go 1.13 path/path.go IsAbs
 * @public
 * @since 0.1.0
 */
export function isAbs(path: string): boolean {
  return path.startsWith('/');
}
