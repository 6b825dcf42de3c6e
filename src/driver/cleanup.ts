import { keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';
import { recursiveUnmount } from './mount-table.js';

/**
 * Unmounts whatever is mounted below the home.
 *
 * QUIRK Q-20: moby keeps the counts, so that a later Get of a layer that was mounted mounts
 * nothing.
 *
 * @throws what {@link recursiveUnmount} throws.
 * @source moby overlay2/overlay.go Cleanup
 * @internal
 */
export async function cleanup(context: DriverContext): Promise<void> {
  // The seed takes no lock and unmounts what a diff method is reading.
  if (!context.profile.durable) return unmountAll(context);
  return context.locker.withAll(() => unmountAll(context));
}

async function unmountAll(context: DriverContext): Promise<void> {
  await recursiveUnmount(context, context.home);
  if (!keepsQuirk(context.profile, 'Q-20')) context.counter.forgetAll();
}
