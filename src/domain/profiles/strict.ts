import type { Profile } from './profile.js';

/**
 * What a careful driver would do: every quirk mended, metadata that survives a crash.
 *
 * @source docs/profiles.md
 * @public
 * @since 0.1.0
 */
export const STRICT: Profile = Object.freeze({
  name: 'strict',
  quirks: new Set<never>(),
  changes: new Set<never>(),
  durable: true,
});
