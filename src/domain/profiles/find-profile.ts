import { MOBY_2019 } from './moby-2019.js';
import { MOBY_20_10 } from './moby-20.10.js';
import type { Profile, ProfileName } from './profile.js';
import { STRICT } from './strict.js';

const PROFILES: readonly Profile[] = [MOBY_2019, MOBY_20_10, STRICT];

/**
 * The names that {@link findProfile} knows.
 *
 * @public
 * @since 0.1.0
 */
export const PROFILE_NAMES: readonly ProfileName[] = PROFILES.map((profile) => profile.name);

/**
 * Gives the profile of a name; undefined for an unknown name.
 *
 * @public
 * @since 0.1.0
 */
export function findProfile(name: string): Profile | undefined {
  return PROFILES.find((profile) => profile.name === name);
}
