/** One side of a comparison with a kernel: a machine in memory, through the same ports. */
import { kernelFactsOf } from '../../../src/adapters/fake/kernel-facts.js';
import { Machine } from '../../../src/adapters/fake/machine.js';
import { MemoryVolume } from '../../../src/adapters/fake/memory-volume.js';
import { createFakePorts } from '../../../src/adapters/fake/ports.js';
import type { VolumeKindName } from '../../../src/adapters/fake/volume-kind.js';
import { FILE_TYPE } from '../../../src/domain/host/file-type.js';
import { findKernelPreset } from '../../../src/domain/union/kernel-presets.js';
import type { FileSystem } from '../../../src/ports/file-system.js';
import type { Mounter } from '../../../src/ports/mounter.js';

/** More files than a story makes. */
const NUMBERS_APART = 300;

/** One side. */
export interface Side {
  readonly fs: FileSystem;
  readonly mounter: Mounter;
  /** An empty directory on a file system of a kind; a new one each time. */
  place(kind: VolumeKindName): Promise<string>;
  /** The options of the mount at a path, as the mount table shows them. */
  shownOptions(path: string): Promise<string>;
  /** The same side as it was before; nothing of this run is left. */
  dispose(): Promise<void>;
}

/**
 * Gives a new machine in memory, with a file system of each kind that is asked for.
 *
 * @param preset - the name of the kernel that it has.
 */
export function fakeSide(preset: string, umask: number): Side {
  const kernel = { ...kernelFactsOf(preset), umask };
  const machine = new Machine({ kernel });
  const { ports } = createFakePorts(machine);
  const mounted = new Map<VolumeKindName, string>();
  let count = 0;
  const volumeOf = async (kind: VolumeKindName): Promise<string> => {
    const known = mounted.get(kind);
    if (known !== undefined) return known;
    const path = `/tmp/${kind}`;
    await ports.fs.mkdir(path, 0o755);
    if (kind !== 'ext4') {
      const { clock, pool } = machine;
      const userAttributes = kind !== 'tmpfs' || findKernelPreset(preset).rules.tmpfsUserAttributes;
      const volume = machine.addVolume(
        (id) => new MemoryVolume(id, { kind, clock, pool, userAttributes }),
      );
      const at = machine.resolve(path);
      const text = { source: kind, fsType: kind, options: 'rw', superOptions: 'rw' };
      machine.mountAt(0, at, volume.id, text, path);
      // As on real ones, files of different file systems seldom have the same number.
      for (let i = 0; i < NUMBERS_APART * mounted.size; i++) {
        volume.create(volume.root, 'x', { mode: FILE_TYPE.FIFO, uid: 0, gid: 0 });
        volume.unlink(volume.root, 'x');
      }
    }
    mounted.set(kind, path);
    return path;
  };
  return {
    fs: ports.fs,
    mounter: ports.mounter,
    async place(kind) {
      const path = `${await volumeOf(kind)}/${count++}`;
      await ports.fs.mkdir(path, 0o755);
      return path;
    },
    shownOptions: async (path) => optionsOf(machine.mountInfo(0), path),
    dispose: async () => machine.dispose(),
  };
}

/** Gives the options of the uppermost mount at a path, as a mount table shows them. */
export function optionsOf(table: string, path: string): string {
  const line = table.split('\n').findLast((text) => text.split(' ')[4] === path);
  return line?.split(' ').at(-1) ?? '';
}
