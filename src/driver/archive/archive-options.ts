import type { IdMapping } from '../../domain/identities/id-map.js';
import { type Profile, keepsQuirk } from '../../domain/profiles/profile.js';
import type { QuirkId } from '../../domain/profiles/quirk.js';
import type { LogLevel } from '../../ports/logger.js';
import type { Ports } from '../context.js';
import { showBytePath } from './byte-path.js';

/**
 * What the writing of an archive is told.
 *
 * @source moby pkg/archive/archive.go type TarOptions
 * @internal
 */
export interface ArchiveOptions {
  readonly ports: Ports;
  readonly profile: Profile;
  readonly mapping: IdMapping;
  /** Absolute path of the tree, for messages. */
  readonly source: string;
  /** Whether the tree is the upper directory of an overlay, whose whiteouts are to be turned. */
  readonly fromOverlay: boolean;
}

/**
 * Tells whether an archive keeps a quirk of the seed.
 *
 * @internal
 */
export function archiveKeeps(options: ArchiveOptions, quirk: QuirkId): boolean {
  return keepsQuirk(options.profile, quirk);
}

/**
 * Gives the path of a file of the tree on the host, for messages.
 *
 * @param path - byte path relative to the tree.
 * @internal
 */
export function hostPath(options: Pick<ArchiveOptions, 'source'>, path: string): string {
  return `${options.source}/${showBytePath(path)}`;
}

/** The level at which the seed's two writers tell what they leave out. */
export type SkipLevel = Extract<LogLevel, 'error' | 'debug'>;
