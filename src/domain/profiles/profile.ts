import type { QuirkId } from './quirk.js';
import type { ChangeId } from './version-change.js';

/**
 * The name of a profile.
 *
 * @public
 * @since 0.1.0
 */
export type ProfileName = 'moby-2019' | 'moby-20.10' | 'strict' | 'containers-storage';

/**
 * A profile is a pure value: which numbered quirks of the seed hold, what a later version of moby
 * does otherwise, and whether metadata is written so that it survives a crash.
 *
 * @public
 * @since 0.1.0
 */
export interface Profile {
  readonly name: ProfileName;
  /** The quirks in force; absent ones are mended as `docs/profiles.md` says. */
  readonly quirks: ReadonlySet<QuirkId>;
  /** What is otherwise than in the seed, quirks aside, since a later version of moby has it so. */
  readonly changes: ReadonlySet<ChangeId>;
  /** Metadata is written atomically and synced; incomplete layers are marked and refused. */
  readonly durable: boolean;
}

/**
 * Tells whether a quirk of the seed holds in a profile.
 *
 * @public
 * @since 0.1.0
 */
export function keepsQuirk(profile: Profile, quirk: QuirkId): boolean {
  return profile.quirks.has(quirk);
}

/**
 * Tells whether a profile answers as a later version of moby in one thing.
 *
 * @public
 * @since 0.1.0
 */
export function hasChange(profile: Profile, change: ChangeId): boolean {
  return profile.changes.has(change);
}
