import type { Profile } from './profile.js';
import { QUIRKS, type QuirkId } from './quirk.js';
import { VERSION_CHANGES } from './version-change.js';

/** Quirks of the seed that 20.10 no longer has. */
const MENDED: ReadonlySet<QuirkId> = new Set(['Q-17', 'Q-22', 'Q-24']);

/**
 * The driver of moby 20.10.24: the seed but for three quirks and what changed beside them.
 *
 * @source moby 20.10 overlay2/overlay.go
 * @public
 * @since 0.1.0
 */
export const MOBY_20_10: Profile = Object.freeze({
  name: 'moby-20.10',
  quirks: new Set(QUIRKS.map((quirk) => quirk.id).filter((id) => !MENDED.has(id))),
  changes: new Set(VERSION_CHANGES.map((change) => change.id)),
  durable: false,
});
