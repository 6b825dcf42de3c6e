/**
 * Gives the directory part of a byte text path without leading slash, `''` for a bare name.
 *
 * @internal
 */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

/**
 * Gives the last component of a byte text path.
 *
 * @internal
 */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
