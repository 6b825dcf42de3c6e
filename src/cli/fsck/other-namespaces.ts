import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type MountElsewhere, unescapeMountText } from '../../composition.js';

const PROCESSES = '/proc';
const MERGED = '/merged';
const MINOR_BITS_LOW = 8;

/**
 * Finds the layers that other mount namespaces of this machine have mounted, by the device and
 * inode number of the layer's directory: its path may be another one there, as for a daemon in a
 * container. Processes that may not be looked at are left out.
 *
 * @internal
 */
export function findMountsElsewhere(): readonly MountElsewhere[] {
  const seen = new Set([namespaceOf('self')]);
  const found: MountElsewhere[] = [];
  for (const name of namesIn(PROCESSES)) {
    if (!/^\d+$/.test(name)) continue;
    const namespace = namespaceOf(name);
    if (namespace === undefined || seen.has(namespace)) continue;
    seen.add(namespace);
    for (const point of overlayMountPoints(name)) {
      const file = fileOf(`${PROCESSES}/${name}/root${dirname(point)}`);
      if (file !== undefined) found.push({ pid: Number(name), file });
    }
  }
  return found;
}

function namespaceOf(process: string): string | undefined {
  return orUndefined(() => readlinkSync(`${PROCESSES}/${process}/ns/mnt`));
}

function namesIn(directory: string): readonly string[] {
  return orUndefined(() => readdirSync(directory)) ?? [];
}

function overlayMountPoints(process: string): readonly string[] {
  const table = orUndefined(() => readFileSync(`${PROCESSES}/${process}/mountinfo`, 'utf8')) ?? '';
  return table
    .split('\n')
    .filter((line) => line.includes(' - overlay '))
    .map((line) => unescapeMountText(line.split(' ')[4] ?? ''))
    .filter((point) => point.endsWith(MERGED));
}

/** `dev:ino`, with the device packed as the file system port packs it. */
function fileOf(path: string): string | undefined {
  const stat = orUndefined(() => statSync(path, { bigint: true }));
  return stat === undefined ? undefined : `${packed(stat.dev)}:${stat.ino}`;
}

/** Takes the kernel's encoding of a device number apart, which Node gives as it is. */
function packed(dev: bigint): bigint {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xffff_f000n);
  const minor = (dev & 0xffn) | ((dev >> BigInt(12)) & 0xffff_ff00n);
  return (major << BigInt(4 * MINOR_BITS_LOW)) | minor;
}

/** A process may end, or belong to somebody else, while it is looked at. */
function orUndefined<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
