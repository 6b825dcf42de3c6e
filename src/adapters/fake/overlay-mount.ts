import {
  mountOverlay,
  type MountedUnion,
  type MountRequest,
} from '../../domain/union/mount-overlay.js';
import { OverlayVolume } from '../../domain/union/overlay-volume.js';
import type { Union, UnionParts } from '../../domain/union/union.js';
import type { NodeRef, VolumeId } from '../../domain/union/volume.js';
import type { Machine } from './machine.js';
import type { MachineVolume, VolumeHost } from './machine-volume.js';
import type { View } from './view.js';

/** Device numbers that one mount may show. */
const DEVICES_OF_MOUNT = 512;

/**
 * An overlay on a machine, which keeps the volumes of its layers as long as it lives.
 *
 * @internal
 */
export class MachineOverlay extends OverlayVolume implements MachineVolume {
  readonly #host: VolumeHost;

  constructor(parts: UnionParts, host: VolumeHost, forked?: Union) {
    super(parts, forked);
    this.#host = host;
  }

  override fork(host: VolumeHost): MachineOverlay {
    const union = this.union.fork(host.find);
    return new MachineOverlay(union.parts, host, union);
  }

  override dispose(): void {
    super.dispose();
    for (const volume of this.layerVolumes()) this.#host.letGo(volume);
  }

  /** Gives each volume that layers lie on once. */
  layerVolumes(): ReadonlySet<VolumeId> {
    const { upper, lowers } = this.parts;
    const volumes = new Set(lowers.map(({ volume }) => volume));
    if (upper !== undefined) volumes.add(upper.volume);
    return volumes;
  }
}

/** An overlay that is not mounted anywhere yet. */
export interface MadeOverlay {
  readonly volume: MachineOverlay;
  readonly mounted: MountedUnion;
}

/**
 * Makes the overlay that a mount call asks for.
 *
 * @param from - where relative paths start.
 * @throws InodeError as `mountOverlay` does.
 * @internal
 */
export function makeOverlay(
  { machine, mounts, other }: View,
  request: Pick<MountRequest, 'data' | 'readOnly' | 'kernel'>,
  from: NodeRef | undefined,
): MadeOverlay {
  const { find } = machine;
  const host = {
    find,
    resolve(path: string) {
      other.find(path, true, from);
      const { volume, node } = other;
      const mount = mounts.of(volume.id)?.id ?? 0;
      return { volume: volume.id, node, mount, readOnly: volume.facts().readOnly };
    },
    isInUse: (ref: NodeRef) => isInUse(machine, ref),
  };
  const id = machine.nextVolume;
  const first = id * DEVICES_OF_MOUNT;
  const device = (number: number): bigint => BigInt(first + number);
  const { data, readOnly, kernel } = request;
  const mounted = mountOverlay(host, { data, readOnly, kernel, id, device });
  const volume = new MachineOverlay(mounted.parts, machine);
  for (const layer of volume.layerVolumes()) machine.keep(layer);
  return { volume, mounted };
}

function isInUse(machine: Machine, { volume, node }: NodeRef): boolean {
  for (const mounted of machine.volumes()) {
    if (!(mounted instanceof MachineOverlay)) continue;
    const isMarked = mounted.parts.marked.some(
      (marked) => marked.volume === volume && marked.node === node,
    );
    if (isMarked) return true;
  }
  return false;
}
