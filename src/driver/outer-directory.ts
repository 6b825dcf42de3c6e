import { type IdMapping, rootIdentity } from '../domain/identities/id-map.js';
import { hasChange, type Profile } from '../domain/profiles/profile.js';
import { type DirectoryRequest, directoryRequest } from './mkdir-chown.js';

/** Who runs the driver: mounting takes root, in a user namespace, too. */
const DAEMON_UID = 0;

/**
 * Gives what the home and the layers' directories are made as: for the remapped root alone, since
 * 20.10 for the daemon, whose group the remapped root is (V-01).
 *
 * @source moby 20.10 overlay2/overlay.go Init, create
 * @internal
 */
export function outerDirectory(profile: Profile, mapping: IdMapping): DirectoryRequest {
  const root = rootIdentity(mapping);
  if (!hasChange(profile, 'V-01')) return directoryRequest(profile, 0o700, root);
  return directoryRequest(profile, 0o710, { uid: DAEMON_UID, gid: root.gid });
}

/**
 * Gives what the directory of the links is made as: as the home, since 20.10 for the daemon alone.
 *
 * @source moby 20.10 overlay2/overlay.go Init
 * @internal
 */
export function linkDirectory(profile: Profile, mapping: IdMapping): DirectoryRequest {
  const owner = hasChange(profile, 'V-01')
    ? { uid: DAEMON_UID, gid: DAEMON_UID }
    : rootIdentity(mapping);
  return directoryRequest(profile, 0o700, owner);
}
