import {
  type Identity,
  type IdMapping,
  rootIdentity,
  toHostIdentity,
} from '../../domain/identities/id-map.js';
import type { TarHeader } from '../../domain/diffs/tar/header.js';
import type { TarReader } from '../../domain/diffs/tar/tar-reader.js';
import { type Profile, keepsQuirk } from '../../domain/profiles/profile.js';
import type { QuirkId } from '../../domain/profiles/quirk.js';
import type { Ports } from '../context.js';
import type { ConfinedTree } from './confined-tree.js';
import type { NewFiles } from './new-files.js';
import type { Pacer } from './pacer.js';
import { isDirectory } from './confined-tree.js';

/**
 * What an extraction is told.
 *
 * @source moby pkg/archive/archive.go type TarOptions
 * @internal
 */
export interface ExtractOptions {
  readonly ports: Ports;
  readonly profile: Profile;
  readonly mapping: IdMapping;
  /** Whether the process runs in a user namespace, where devices cannot be made. */
  readonly inUserNs: boolean;
  /**
   * Absolute path of a directory beside the tree, on the same file system, for the scratch mounts
   * that a user namespace needs; undefined where no whiteout is ever written.
   */
  readonly scratchParent?: string;
}

/**
 * An entry that gives the root its owner, attributes and mode.
 *
 * @internal
 */
export interface RootEntry {
  readonly header: TarHeader;
  readonly owner: Identity;
}

/**
 * One archive on its way into one tree.
 *
 * @internal
 */
export interface Extraction extends ExtractOptions {
  readonly tree: ConfinedTree;
  readonly reader: TarReader;
  readonly pacer: Pacer;
  readonly newFiles: NewFiles;
  /** Directories that were made or merged, in order; they get their times at the very end. */
  readonly directories: { readonly path: string; readonly header: TarHeader }[];
  /** Entries of the root that wait for the end. */
  readonly rootEntries: RootEntry[];
  /** Sizes of the files and symlinks written, in bytes. */
  writtenBytes: bigint;
}

/**
 * Tells whether an extraction keeps a quirk of the seed.
 *
 * @internal
 */
export function keeps(run: Pick<Extraction, 'profile'>, quirk: QuirkId): boolean {
  return keepsQuirk(run.profile, quirk);
}

/**
 * Gives the owner of an entry on the host, and makes room for the entry if there is none to give:
 * the seed removes what is in the way before it looks at ids.
 *
 * @throws IdMappingError when a map does not hold an id.
 * @source moby pkg/archive/archive.go remapIDs
 * @internal
 */
export async function ownerOf(run: Extraction, path: string, header: TarHeader): Promise<Identity> {
  const identity = { uid: Number(header.uid), gid: Number(header.gid) };
  if (run.mapping.uids === undefined && run.mapping.gids === undefined) return identity;
  try {
    return toHostIdentity(run.mapping, identity, run.profile);
  } catch (error) {
    await clearWay(run, path, false);
    throw error;
  }
}

/**
 * Gives the owner of what an archive only implies.
 *
 * @throws IdMappingError when a map does not hold 0.
 * @internal
 */
export function impliedOwner(run: Pick<Extraction, 'mapping'>): Identity {
  return rootIdentity(run.mapping);
}

/**
 * Removes what an entry replaces.
 *
 * @param keepDirectory - whether the entry is a directory, which merges with one that exists.
 * @returns whether there was anything to remove.
 * @throws SyscallError `unlinkat <path>: …`.
 * @source moby pkg/archive/archive.go Unpack, pkg/archive/diff.go UnpackLayer
 * @internal
 */
export async function clearWay(
  run: Pick<Extraction, 'tree'>,
  path: string,
  keepDirectory: boolean,
): Promise<boolean> {
  const existing = await run.tree.lstat(path);
  if (existing === undefined || (keepDirectory && isDirectory(existing))) return false;
  await run.tree.removeAll(path);
  return true;
}
