import { CONTAINERS_STORAGE } from './containers-storage.js';
import { findProfile, PROFILE_NAMES } from './find-profile.js';
import type { Profile, ProfileName } from './profile.js';

/**
 * The names that {@link findJudge} knows.
 *
 * @public
 * @since 0.1.0
 */
export const JUDGE_NAMES: readonly ProfileName[] = [...PROFILE_NAMES, CONTAINERS_STORAGE.name];

/**
 * Gives the profile of a name, those that no driver here can be of too; undefined for an unknown
 * name.
 *
 * @public
 * @since 0.1.0
 */
export function findJudge(name: string): Profile | undefined {
  return name === CONTAINERS_STORAGE.name ? CONTAINERS_STORAGE : findProfile(name);
}
