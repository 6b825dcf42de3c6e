/** A base and its child in a home of their own, as the tests of archive quirks start from. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Profile } from '../../src/domain/profiles/profile.js';
import type { OverlayDriver } from '../../src/driver/driver.js';
import { archiveOf, type NewEntry } from './archives.js';
import { type OpenOptions, TestHome } from './test-home.js';

const MAPS = [{ containerId: 0, hostId: 100_000, size: 65_536 }];

/** Options of a driver whose root is 100000 on the host. */
export const MAPPED = { uidMaps: MAPS, gidMaps: MAPS };

/** The home of the test that runs. */
export interface QuirkHome {
  readonly place: TestHome;
  /** A path in the home. */
  at(path: string): string;
  /** A base `p` with a file `f` and a child `c` on it. */
  open(profile: Profile, options?: OpenOptions): Promise<OverlayDriver>;
}

/** Gives every test of the file a home, and removes it after. */
export function useQuirkHome(): QuirkHome {
  let place: TestHome;
  beforeEach(() => {
    place = new TestHome();
  });
  afterEach(() => place.remove());

  const at = (path: string): string => join(place.home, path);
  return {
    get place() {
      return place;
    },
    at,
    async open(profile, options = {}) {
      const driver = await place.open({ profile, ...options });
      await driver.create('p', '');
      writeFileSync(at('p/diff/f'), 'below');
      await driver.create('c', 'p');
      return driver;
    },
  };
}

/** Applies natively, into the child's `diff`. */
export function applyToChild(
  driver: OverlayDriver,
  ...entries: readonly NewEntry[]
): Promise<bigint> {
  return driver.applyDiff('c', 'p', archiveOf(...entries));
}
