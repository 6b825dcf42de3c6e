import type { Profile } from './profile.js';
import { QUIRKS } from './quirk.js';

/**
 * The seed, quirk for quirk.
 *
 * @source moby overlay2/overlay.go
 * @public
 * @since 0.1.0
 */
export const MOBY_2019: Profile = Object.freeze({
  name: 'moby-2019',
  quirks: new Set(QUIRKS.map((quirk) => quirk.id)),
  changes: new Set<never>(),
  durable: false,
});
