/**
 * The public entry of overlay2-ref.
 *
 * @packageDocumentation
 */
export {
  composeFake,
  type ComposeFakeOptions,
  composeLinux,
  type ComposedDriver,
  type ComposedFakeDriver,
  type ComposeLinuxOptions,
} from './composition.js';
export type { Change, ChangeKind } from './domain/diffs/change.js';
export { GraphDriverError, SyscallError } from './domain/errors.js';
export type { IdMap, IdMaps } from './domain/identities/id-map.js';
export { findProfile, PROFILE_NAMES } from './domain/profiles/find-profile.js';
export { MOBY_2019 } from './domain/profiles/moby-2019.js';
export { MOBY_20_10 } from './domain/profiles/moby-20.10.js';
export type { Profile, ProfileName } from './domain/profiles/profile.js';
export { type Quirk, type QuirkId, QUIRKS } from './domain/profiles/quirk.js';
export { STRICT } from './domain/profiles/strict.js';
export {
  type ChangeId,
  VERSION_CHANGES,
  type VersionChange,
} from './domain/profiles/version-change.js';
export type { Ports } from './driver/context.js';
export type { CreateOptions } from './driver/create.js';
export { OverlayDriver } from './driver/driver.js';
export type { InitRequest, InitSurroundings } from './driver/init.js';
export type { LayerMetadata } from './driver/metadata.js';
export { createProcessState, type ProcessState } from './driver/process-state.js';
export type { StatusRow } from './driver/status.js';
