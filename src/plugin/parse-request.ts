import type { IdMap, IdMaps } from '../composition.js';
import type { CreateOptions } from '../driver/create.js';
import { RequestError } from './request-error.js';

/** A member that is empty is left out by the daemon. */
type Members = Readonly<Record<string, unknown>>;

const BAD_REQUEST = 400;
/** Ids are 32 bits, and the last one means "none". */
const ID_MAX = 0xffff_fffe;

/**
 * What every method but Init and ApplyDiff is asked with.
 *
 * @source moby daemon/graphdriver/proxy.go type graphDriverRequest
 * @internal
 */
export interface LayerRequest {
  readonly id: string;
  /** `''` for none. */
  readonly parent: string;
  /** SELinux label, `''` for none. */
  readonly mountLabel: string;
  readonly storageOpt: ReadonlyMap<string, string>;
}

/**
 * What Init is asked with.
 *
 * @source moby daemon/graphdriver/proxy.go type graphDriverInitRequest
 * @internal
 */
export interface InitCall {
  /** The driver's directory, as the daemon names it. */
  readonly home: string;
  /** `key=value` options, as the daemon was given them. */
  readonly options: readonly string[];
  readonly uidMaps: IdMaps;
  readonly gidMaps: IdMaps;
}

/**
 * Reads the request of a method on layers. Members that it does not know are ignored.
 *
 * @throws RequestError of 400 for a member of the wrong type.
 * @internal
 */
export function parseLayerRequest(members: Members): LayerRequest {
  return {
    id: text(members, 'ID'),
    parent: text(members, 'Parent'),
    mountLabel: text(members, 'MountLabel'),
    storageOpt: options(members),
  };
}

/**
 * Gives what Create is to be told; a map of its own, since a driver may write to it.
 *
 * @internal
 */
export function createOptionsOf({ mountLabel, storageOpt }: LayerRequest): CreateOptions {
  return { mountLabel, storageOpt: new Map(storageOpt) };
}

/**
 * Reads the request of Init; lists may be missing or null.
 *
 * @throws RequestError of 400 for a member of the wrong type, or without a home.
 * @internal
 */
export function parseInitCall(members: Members): InitCall {
  const home = text(members, 'Home');
  if (home === '') throw new RequestError(BAD_REQUEST, 'Home is missing');
  return {
    home,
    options: list(members, 'Opts')?.map((part) => expectText(part, 'Opts')) ?? [],
    uidMaps: list(members, 'UIDMaps')?.map((part) => idMap(part, 'UIDMaps')),
    gidMaps: list(members, 'GIDMaps')?.map((part) => idMap(part, 'GIDMaps')),
  };
}

/**
 * Gives an id map as it is on the wire; the documentation of the protocol has other names.
 *
 * @source moby pkg/idtools/idtools.go type IDMap
 * @internal
 */
export function toWireIdMap({ containerId, hostId, size }: IdMap): Members {
  return { container_id: containerId, host_id: hostId, size };
}

function text(members: Members, name: string): string {
  const value = members[name];
  return value === undefined || value === null ? '' : expectText(value, name);
}

function expectText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new RequestError(BAD_REQUEST, `${name} is no text`);
  return value;
}

function list(members: Members, name: string): readonly unknown[] | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new RequestError(BAD_REQUEST, `${name} is no list`);
  return value as readonly unknown[];
}

function options(members: Members): ReadonlyMap<string, string> {
  const value = members['StorageOpt'];
  if (value === undefined || value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new RequestError(BAD_REQUEST, 'StorageOpt is no object');
  }
  const entries = Object.entries(value as Members);
  return new Map(entries.map(([key, part]) => [key, expectText(part, 'StorageOpt')]));
}

function idMap(value: unknown, name: string): IdMap {
  if (typeof value !== 'object' || value === null) {
    throw new RequestError(BAD_REQUEST, `${name} holds what is no object`);
  }
  const members = value as Members;
  const map = {
    containerId: id(members, 'container_id', name),
    hostId: id(members, 'host_id', name),
    size: id(members, 'size', name),
  };
  if (Math.max(map.containerId, map.hostId) + map.size - 1 > ID_MAX) {
    throw new RequestError(BAD_REQUEST, `${name} goes beyond the last id`);
  }
  return map;
}

function id(members: Members, member: string, name: string): number {
  const value = members[member] ?? 0;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= ID_MAX + 1) {
    return value;
  }
  throw new RequestError(BAD_REQUEST, `${name}: ${member} is no id`);
}
