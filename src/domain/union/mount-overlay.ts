import { FS_MAGIC } from '../host/backing-fs.js';
import { FILE_TYPE } from '../host/file-type.js';
import { checkOverlaps, LayerClaims } from './layer-overlap.js';
import { inodeError } from './inode-error.js';
import type { KernelPreset } from './kernel-preset.js';
import { type MountOptions, parseMountOptions } from './mount-options.js';
import { settleOptions, type UnionSettings } from './mount-settings.js';
import { readXattr } from './private-xattrs.js';
import type { Layer, UnionParts } from './union.js';
import { markUpperRoot, verifyUpper } from './upper-root.js';
import type { FindVolume, NodeRef, VolumeId } from './volume.js';
import { makeIndexDirectory, makeWorkDirectory } from './work-directory.js';

/** So many file systems may lie on each other above a plain one. */
const STACK_DEPTH_MAX = 2;
const INODE_BITS_OF_LAYER = 32;

/** What a path leads to. */
export interface Place extends NodeRef {
  /** Which mount it was reached through. */
  readonly mount: number;
  /** Whether that mount lets nobody write. */
  readonly readOnly: boolean;
}

/** What a mount has to know of the machine. */
export interface MountHost {
  readonly find: FindVolume;
  /** Follows a path from the caller's directory; throws an InodeError. */
  resolve(path: string): Place;
  /** Whether another mount has marked a directory as its upper or work. */
  isInUse(ref: NodeRef): boolean;
}

/** One mount call; data is cut at a page already. */
export interface MountRequest {
  readonly data: string;
  readonly id: VolumeId;
  readonly kernel: KernelPreset;
  readonly readOnly: boolean;
  /** `st_dev` that the union may use: its own, then one for each file system. */
  device(number: number): bigint;
}

/** A mount that succeeded. */
export interface MountedUnion {
  readonly parts: UnionParts;
  readonly options: MountOptions;
  readonly settings: UnionSettings;
}

/**
 * Does what mounting an overlay does: reads the options, checks the layers against each other and
 * against other mounts, and prepares the work directory and the upper root.
 *
 * @throws InodeError EINVAL, ENOENT, ENOTDIR, ELOOP, EBUSY, ESTALE as the kernel's table has them.
 * @source Linux fs/overlayfs/super.c ovl_fill_super
 * @internal
 */
export function mountOverlay(host: MountHost, request: MountRequest): MountedUnion {
  const { rules } = request.kernel;
  const places = new Places(host);
  const options = parseMountOptions(request.data, rules, (kind, path) => {
    places.look(kind, path);
  });
  const settings = settleOptions(options, request.kernel);
  if (options.lowers.length === 0) throw inodeError('EINVAL');
  const { parts, uuid } = assemble(host, request, { options, settings, places });
  return { parts, options, settings: uuid === settings.uuid ? settings : { ...settings, uuid } };
}

interface Asked {
  readonly options: MountOptions;
  readonly settings: UnionSettings;
  readonly places: Places;
}

interface Assembled {
  readonly parts: UnionParts;
  /** The mode that holds from now on. */
  readonly uuid: UnionSettings['uuid'];
}

function assemble(host: MountHost, request: MountRequest, asked: Asked): Assembled {
  const { rules } = request.kernel;
  const { options, places, settings } = asked;
  const claims = new LayerClaims(host, { rules, index: settings.index });
  const upper = prepareUpper(host, asked, claims, request);
  if (upper === undefined && options.lowers.length + options.dataLowers.length === 1) {
    throw inodeError('EINVAL');
  }
  const lowerPlaces = [...options.lowers, ...options.dataLowers].map((path) =>
    places.look('lower', path),
  );
  checkDepth(host, upper === undefined ? lowerPlaces : [upper.place, ...lowerPlaces]);
  for (const place of lowerPlaces) claims.takeLower(place);
  const fileSystems = numberFileSystems(upper?.place, lowerPlaces);
  const lowers = lowerPlaces.map((place, i) =>
    layerOf(place, fileSystems, i >= options.lowers.length),
  );
  const hasWork = upper?.work !== undefined;
  const parts: UnionParts = {
    id: request.id,
    find: host.find,
    rules,
    settings: hasWork || !settings.index ? settings : { ...settings, index: false },
    upper:
      upper?.work === undefined
        ? undefined
        : { ...layerOf(upper.place, fileSystems, false), work: upper.work },
    lowers:
      upper === undefined || hasWork
        ? lowers
        : [layerOf(upper.place, fileSystems, false), ...lowers],
    ...identities(host, request, settings, fileSystems, upper !== undefined),
    traps: claims.traps,
    marked: claims.marked,
    readOnly: !hasWork || settings.readOnly || request.readOnly,
  };
  // The mark stays where a later check fails.
  const uuid = markUuid(host, parts);
  if (settings.index && hasWork) {
    verifyUpper(host, upper.place, lowers[0] as Layer, settings.xattrPrefix);
    makeIndexDirectory(host.find(upper.place.volume), upper.base.node, settings.xattrPrefix);
  }
  if (rules.overlapIsLoop) checkOverlaps(host, claims, upper, lowerPlaces);
  return { parts, uuid };
}

interface PreparedUpper {
  readonly place: Place;
  readonly base: Place;
  /** Absent where it could not be made, which makes the mount read-only. */
  readonly work: number | undefined;
}

/** @source Linux fs/overlayfs/super.c ovl_get_upper, ovl_get_workdir, ovl_make_workdir */
function prepareUpper(
  host: MountHost,
  { options, places, settings }: Asked,
  claims: LayerClaims,
  request: MountRequest,
): PreparedUpper | undefined {
  if (options.upperdir === undefined) return undefined;
  const { rules } = request.kernel;
  if (options.workdir === undefined) throw inodeError(rules.limitErrno);
  const place = places.look('upper', options.upperdir);
  claims.takeUpper(place);
  const base = places.look('work', options.workdir);
  if (base.mount !== place.mount) throw inodeError('EINVAL');
  if (isWithin(host, base, place) || isWithin(host, place, base)) throw inodeError('EINVAL');
  claims.takeWork(base);
  const { volatile } = settings;
  const knowsIncompatible = rules.options.has('volatile');
  const work = makeWorkDirectory(host.find(base.volume), base.node, {
    volatile,
    knowsIncompatible,
  });
  if (work !== undefined) claims.trap({ volume: base.volume, node: work });
  return { place, base, work };
}

/** Looks paths up once, as newer kernels do it while they read the options. */
class Places {
  readonly #host: MountHost;
  readonly #seen = new Map<string, Place>();

  constructor(host: MountHost) {
    this.#host = host;
  }

  look(kind: 'lower' | 'upper' | 'work', path: string): Place {
    const key = `${kind}:${path}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) return seen;
    if (path === '') throw inodeError('EINVAL');
    const place = this.#host.resolve(path);
    const volume = this.#host.find(place.volume);
    if ((volume.mode(place.node) & FILE_TYPE.MASK) !== FILE_TYPE.DIRECTORY) {
      throw inodeError('EINVAL');
    }
    const isWritten = kind !== 'lower';
    if (isWritten && (place.readOnly || volume.facts().stackDepth > 0)) throw inodeError('EINVAL');
    this.#seen.set(key, place);
    return place;
  }
}

function isWithin(host: MountHost, inner: NodeRef, outer: NodeRef): boolean {
  if (inner.volume !== outer.volume) return false;
  const volume = host.find(inner.volume);
  for (let at = inner.node; ; at = volume.parent(at)) {
    if (at === outer.node) return true;
    if (at === volume.root || at === volume.parent(at)) return false;
  }
}

function checkDepth(host: MountHost, places: readonly Place[]): void {
  const depths = places.map(({ volume }) => host.find(volume).facts().stackDepth);
  if (Math.max(...depths) + 1 > STACK_DEPTH_MAX) throw inodeError('EINVAL');
}

/** Numbers the file systems: 0 is the upper's, whether there is one or not. */
function numberFileSystems(
  upper: Place | undefined,
  lowers: readonly Place[],
): ReadonlyMap<VolumeId, number> {
  const numbers = new Map<VolumeId, number>(upper === undefined ? [] : [[upper.volume, 0]]);
  let next = 1;
  for (const { volume } of lowers) if (!numbers.has(volume)) numbers.set(volume, next++);
  return numbers;
}

function layerOf(
  { volume, node }: Place,
  fileSystems: ReadonlyMap<VolumeId, number>,
  isData: boolean,
): Layer {
  return { volume, node, fileSystem: fileSystems.get(volume) ?? 0, isData };
}

type Identities = Pick<UnionParts, 'device' | 'pseudoDevices' | 'xinoBits'>;

/** @source Linux fs/overlayfs/super.c ovl_get_fsid, ovl_get_layers */
function identities(
  host: MountHost,
  { device, kernel }: MountRequest,
  { xino }: UnionSettings,
  fileSystems: ReadonlyMap<VolumeId, number>,
  hasUpper: boolean,
): Identities {
  const own = device(0);
  if (fileSystems.size === 1) return { device: own, pseudoDevices: [], xinoBits: 0 };
  const volumes = [...fileSystems.entries()];
  const pseudoDevices = [own];
  for (const [volume, number] of volumes) {
    const { root } = host.find(volume);
    pseudoDevices[number] = kernel.rules.pseudoDevices
      ? device(number + 1)
      : host.find(volume).attributes(root).dev;
  }
  if (xino === 'off') return { device: own, pseudoDevices, xinoBits: 0 };
  const isSmall = volumes.every(([volume]) => host.find(volume).facts().magic === FS_MAGIC.EXTFS);
  const count = volumes.length + (hasUpper ? 0 : 1);
  const xinoBits = isSmall ? INODE_BITS_OF_LAYER : Math.floor(Math.log2(count - 1)) + 2;
  return { device: own, pseudoDevices, xinoBits };
}

function markUuid(host: MountHost, parts: UnionParts): UnionSettings['uuid'] {
  const { upper, settings, rules, id } = parts;
  // Without a UUID handles only mean something within one file system.
  const isAcross = upper === undefined || parts.pseudoDevices.length > 0;
  if (settings.uuid === 'off' && isAcross) return 'null';
  if (upper === undefined || !rules.marksUuid) return settings.uuid;
  return markUpperRoot(host.find(upper.volume), upper.node, {
    asked: settings.uuid,
    id,
    read: (name) => readXattr(host.find(upper.volume), upper.node, settings.xattrPrefix + name),
    prefix: settings.xattrPrefix,
  });
}
