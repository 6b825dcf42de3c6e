/** File systems in image files, mounted through loop devices that go with their mount. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';

/** What `mkfs.xfs` accepts at the least, and a bit. */
const IMAGE_BYTES = 320 * 2 ** 20;

/**
 * Makes a file system of a type and mounts it; `tmpfs` needs no image. Unmounting frees the loop
 * device.
 *
 * @param options - of the mount.
 * @param makeOptions - words for `mkfs`.
 * @returns why that cannot be done here; undefined when it is mounted.
 */
export function mountFresh(
  type: string,
  path: string,
  options: readonly string[] = [],
  makeOptions: readonly string[] = [],
): string | undefined {
  mkdirSync(path, { recursive: true });
  const flags = options.flatMap((option) => ['-o', option]);
  if (type === 'tmpfs') return run('mount', ...flags, '-t', type, type, path);
  const image = `${path}.image`;
  writeFileSync(image, '');
  truncateSync(image, IMAGE_BYTES);
  return (
    run(`mkfs.${type}`, '-q', ...makeOptions, image) ??
    run('mount', ...flags, '-o', 'loop', '-t', type, image, path)
  );
}

function run(command: string, ...parameters: readonly string[]): string | undefined {
  const { error, status, stderr } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (error !== undefined) return `${command}: ${error.message}`;
  return status === 0 ? undefined : `${command}: ${stderr.trim()}`;
}
