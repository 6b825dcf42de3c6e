import type { QuirkId } from './quirk.js';

/**
 * The name of a profile.
 *
 * @public
 * @since 0.1.0
 */
export type ProfileName = 'moby-2019' | 'strict';

/**
 * A profile is a pure value: which numbered quirks of the seed hold, and whether metadata is
 * written so that it survives a crash.
 *
 * @public
 * @since 0.1.0
 */
export interface Profile {
  readonly name: ProfileName;
  /** The quirks in force; absent ones are mended as `docs/profiles.md` says. */
  readonly quirks: ReadonlySet<QuirkId>;
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
