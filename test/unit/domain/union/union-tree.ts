/** Unions over volumes in memory for unit tests, told and asked by paths. */
import { MemoryVolume } from '../../../../src/adapters/fake/memory-volume.js';
import { FILE_TYPE } from '../../../../src/domain/host/file-type.js';
import { InodeError } from '../../../../src/domain/union/inode-error.js';
import { findKernelPreset } from '../../../../src/domain/union/kernel-presets.js';
import { type MountedUnion, mountOverlay } from '../../../../src/domain/union/mount-overlay.js';
import { OverlayVolume } from '../../../../src/domain/union/overlay-volume.js';
import type { NodeKey, Volume } from '../../../../src/domain/union/volume.js';

/** What a layer holds, by path: see {@link plant}. */
export type Plan = Readonly<Record<string, string>>;

const { DIRECTORY, REGULAR, CHARACTER } = FILE_TYPE;

/** Finds a node by path; undefined where there is none. */
export function find(volume: Volume, path: string): NodeKey | undefined {
  let node = volume.root;
  for (const name of path.split('/').filter((part) => part !== '')) {
    if ((volume.mode(node) & FILE_TYPE.MASK) !== DIRECTORY) return undefined;
    const next: NodeKey | undefined = volume.lookup(node, name);
    if (next === undefined) return undefined;
    node = next;
  }
  return node;
}

/** Finds a node that has to be there. */
export function at(volume: Volume, path: string): NodeKey {
  const node = find(volume, path);
  if (node === undefined) throw new Error(`${path} is not there`);
  return node;
}

/** Splits a path into the directory, which has to be there, and the last name. */
export function spot(volume: Volume, path: string): [directory: NodeKey, name: string] {
  const cut = path.lastIndexOf('/');
  return [at(volume, path.slice(0, Math.max(cut, 0))), path.slice(cut + 1)];
}

/**
 * Makes files: `dir`, `dir opaque=y`, `whiteout`, or any other text, which is a file's content.
 */
export function plant(volume: Volume, root: string, plan: Plan): void {
  for (const [path, what] of Object.entries(plan)) {
    const [directory, name] = spot(volume, `${root}/${path}`);
    const [kind = '', mark] = what.split(' ');
    const owner = { uid: 0, gid: 0 };
    if (kind === 'dir') {
      const made = volume.create(directory, name, { mode: DIRECTORY | 0o755, ...owner });
      if (mark !== undefined) {
        const [suffix = '', value = ''] = mark.split('=');
        volume.setxattr(made, `trusted.overlay.${suffix}`, bytes(value));
      }
    } else if (kind === 'whiteout') {
      volume.create(directory, name, { mode: CHARACTER, ...owner, rdevMajor: 0, rdevMinor: 0 });
    } else {
      const file = volume.create(directory, name, { mode: REGULAR | 0o644, ...owner });
      volume.write(file, 0, bytes(what));
    }
  }
}

/** Gives a text as bytes. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Gives what a file holds. */
export function read(volume: Volume, path: string): string {
  const buffer = new Uint8Array(100);
  return new TextDecoder().decode(buffer.subarray(0, volume.read(at(volume, path), 0, buffer)));
}

/** Gives every path of a tree with `dir` or a content, sorted. */
export function tree(volume: Volume, node = volume.root, prefix = ''): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const { name } of volume.entries(node)) {
    const child = volume.lookup(node, name);
    const path = prefix + name;
    if (child === undefined) seen[path] = 'listed alone';
    else if ((volume.mode(child) & FILE_TYPE.MASK) === DIRECTORY) {
      seen[path] = 'dir';
      Object.assign(seen, tree(volume, child, `${path}/`));
    } else if ((volume.mode(child) & FILE_TYPE.MASK) === CHARACTER) seen[path] = 'whiteout';
    else {
      const buffer = new Uint8Array(100);
      const length = volume.read(child, 0, buffer);
      seen[path] = new TextDecoder().decode(buffer.subarray(0, length));
    }
  }
  return seen;
}

/** A union and what it is made of; layers are directories of `disk`. */
export interface World {
  readonly disk: MemoryVolume;
  readonly union: OverlayVolume;
  readonly mounted: MountedUnion;
}

/** How a world is made. */
export interface WorldOptions {
  readonly kernel?: string;
  /** Mount options before the directories. */
  readonly options?: string;
  readonly disk?: MemoryVolume;
}

/** Mounts over the given lowers, uppermost first; `upper`, `work` and each `lower<n>` are made. */
export function mountPlans(
  upper: Plan | undefined,
  lowers: readonly Plan[],
  { kernel = '6.18', options = '', disk = new MemoryVolume(1) }: WorldOptions = {},
): World {
  if (upper !== undefined) plant(disk, '', { upper: 'dir', work: 'dir' });
  if (upper !== undefined) plant(disk, 'upper', upper);
  for (const [i, plan] of lowers.entries()) {
    plant(disk, '', { [`lower${i}`]: 'dir' });
    plant(disk, `lower${i}`, plan);
  }
  const below = `${options}lowerdir=${lowers.map((_, i) => `lower${i}`).join(':')}`;
  const data = upper === undefined ? below : `${below},upperdir=upper,workdir=work`;
  return { disk, ...mountData(disk, data, kernel) };
}

/** Mounts by option text, with paths on one disk. */
export function mountData(
  disk: MemoryVolume,
  data: string,
  kernel = '6.18',
  inUse: readonly NodeKey[] = [],
): Pick<World, 'union' | 'mounted'> {
  const resolve = (path: string) => {
    const node = find(disk, path);
    if (node === undefined) throw enoent();
    return { volume: disk.id, node, mount: 1, readOnly: false };
  };
  const host = {
    find: () => disk,
    resolve,
    isInUse: ({ node }: { node: NodeKey }) => inUse.includes(node),
  };
  const request = { data, id: 9, kernel: findKernelPreset(kernel), readOnly: false };
  const mounted = mountOverlay(host, { ...request, device: (number) => BigInt(100 + number) });
  return { union: new OverlayVolume(mounted.parts), mounted };
}

function enoent(): InodeError {
  return new InodeError('ENOENT');
}

/** Runs what has to fail and gives its errno. */
export function errnoOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InodeError) return error.errnoName;
    throw error;
  }
  return 'ok';
}
