import { GraphDriverError } from '../errors.js';
import { keepsQuirk, type Profile } from '../profiles/profile.js';

/**
 * One range of ids that are others on the host than in the container.
 *
 * @source moby pkg/idtools/idtools.go type IDMap
 * @public
 * @since 0.1.0
 */
export interface IdMap {
  readonly containerId: number;
  readonly hostId: number;
  readonly size: number;
}

/**
 * Ranges of ids, of which the first that matches counts. Undefined maps every id to itself; an
 * empty list maps nothing.
 *
 * @public
 * @since 0.1.0
 */
export type IdMaps = readonly IdMap[] | undefined;

/**
 * A user and a group id.
 *
 * @public
 * @since 0.1.0
 */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The maps of user and group ids.
 *
 * @source moby pkg/idtools/idtools.go type IdentityMapping
 * @public
 * @since 0.1.0
 */
export interface IdMapping {
  readonly uids: IdMaps;
  readonly gids: IdMaps;
}

/**
 * An id that no range of a map holds.
 *
 * @source moby pkg/idtools/idtools.go toHost, toContainer
 * @public
 * @since 0.1.0
 */
export class IdMappingError extends GraphDriverError {
  readonly id: number;

  constructor(id: number, direction: 'to-host' | 'to-container') {
    super(
      'id-mapping',
      direction === 'to-host'
        ? `Container ID ${id} cannot be mapped to a host ID`
        : `Host ID ${id} cannot be mapped to a container ID`,
    );
    this.id = id;
  }
}

/** Both ids of a root that cannot be mapped; no file has them. */
const NO_IDENTITY: Identity = { uid: -1, gid: -1 };

/**
 * Gives the host's id of a container's id.
 *
 * @throws {@link IdMappingError} when no range holds it.
 * @source moby pkg/idtools/idtools.go toHost
 * @public
 * @since 0.1.0
 */
export function toHostId(containerId: number, maps: IdMaps): number {
  if (maps === undefined) return containerId;
  const map = maps.find((range) => holds(range.containerId, range.size, containerId));
  if (map === undefined) throw new IdMappingError(containerId, 'to-host');
  return map.hostId + (containerId - map.containerId);
}

/**
 * Gives the container's id of a host's id.
 *
 * @throws {@link IdMappingError} when no range holds it.
 * @source moby pkg/idtools/idtools.go toContainer
 * @public
 * @since 0.1.0
 */
export function toContainerId(hostId: number, maps: IdMaps): number {
  if (maps === undefined) return hostId;
  const map = maps.find((range) => holds(range.hostId, range.size, hostId));
  if (map === undefined) throw new IdMappingError(hostId, 'to-container');
  return map.containerId + (hostId - map.hostId);
}

/**
 * Gives the host's identity of the container's root.
 *
 * @throws {@link IdMappingError} when a map does not hold 0.
 * @source moby pkg/idtools/idtools.go GetRootUIDGID
 * @public
 * @since 0.1.0
 */
export function rootIdentity(mapping: IdMapping): Identity {
  return { uid: toHostId(0, mapping.uids), gid: toHostId(0, mapping.gids) };
}

/**
 * Gives the host's identity of a container's.
 *
 * QUIRK: an id that equals the remapped root's id is taken for one that is mapped already and is
 * kept, where its own image would be expected.
 *
 * @throws {@link IdMappingError} when a map does not hold an id.
 * @source moby pkg/idtools/idtools.go IdentityMapping.ToHost
 * @public
 * @since 0.1.0
 */
export function toHostIdentity(mapping: IdMapping, identity: Identity, profile: Profile): Identity {
  const kept = keepsQuirk(profile, 'Q-44') ? rootOrNone(mapping) : undefined;
  return {
    uid: identity.uid === kept?.uid ? identity.uid : toHostId(identity.uid, mapping.uids),
    gid: identity.gid === kept?.gid ? identity.gid : toHostId(identity.gid, mapping.gids),
  };
}

/**
 * Gives the container's identity of a host's.
 *
 * @throws {@link IdMappingError} when a map does not hold an id.
 * @source moby pkg/idtools/idtools.go IdentityMapping.ToContainer
 * @public
 * @since 0.1.0
 */
export function toContainerIdentity(mapping: IdMapping, identity: Identity): Identity {
  return {
    uid: toContainerId(identity.uid, mapping.uids),
    gid: toContainerId(identity.gid, mapping.gids),
  };
}

/**
 * Tells whether there is nothing to map: both lists undefined or empty.
 *
 * @source moby pkg/idtools/idtools.go IdentityMapping.Empty
 * @public
 * @since 0.1.0
 */
export function isIdentityMapping(mapping: IdMapping): boolean {
  return (mapping.uids ?? []).length === 0 && (mapping.gids ?? []).length === 0;
}

/**
 * Gives the mapping that a driver works with from the one that it was given.
 *
 * QUIRK: moby takes an empty list for a map that maps nothing, where no map would be expected
 * (Q-03).
 *
 * @source docs/profiles.md Q-03
 * @internal
 */
export function decideIdMapping(mapping: IdMapping, profile: Profile): IdMapping {
  if (keepsQuirk(profile, 'Q-03')) return mapping;
  return { uids: withoutEmpty(mapping.uids), gids: withoutEmpty(mapping.gids) };
}

function holds(first: number, size: number, id: number): boolean {
  return id >= first && id < first + size;
}

function rootOrNone(mapping: IdMapping): Identity {
  try {
    return rootIdentity(mapping);
  } catch (error) {
    // QUIRK: moby drops this error and goes on with -1 for both ids.
    if (error instanceof IdMappingError) return NO_IDENTITY;
    throw error;
  }
}

function withoutEmpty(maps: IdMaps): IdMaps {
  return maps?.length === 0 ? undefined : maps;
}
