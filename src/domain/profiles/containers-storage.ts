import type { Profile } from './profile.js';

/**
 * How containers/storage 1.43 answers by its command line. It judges alone: a store is above its
 * driver, and the driver here is no store, so that no driver here can be of this profile.
 *
 * @source containers/storage layers.go, store.go, drivers/overlay/overlay.go
 * @public
 * @since 0.1.0
 */
export const CONTAINERS_STORAGE: Profile = Object.freeze({
  name: 'containers-storage',
  quirks: new Set<never>(),
  changes: new Set<never>(),
  durable: false,
});
