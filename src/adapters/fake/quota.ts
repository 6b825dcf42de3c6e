import { FILE_TYPE } from '../../domain/host/file-type.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { NodeKey } from '../../domain/union/volume.js';
import type { Quota, QuotaLimits } from '../../ports/quota.js';
import { failure } from './failure.js';
import { MemoryVolume } from './memory-volume.js';
import type { View } from './view.js';

/** `qs_flags`: project quota is accounted, and enforced. */
const PROJECT_QUOTA_ON = (1 << 4) | (1 << 5);

/**
 * Project quotas of the machine's plain volumes. One without quota has no projects (ENOTSUP), its
 * device no flags, and its limits cannot be set (ESRCH).
 *
 * @internal
 */
export class FakeQuota implements Quota {
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  async projectId(path: string): Promise<number> {
    return this.#withDirectory(path, (volume, node) => volume.projectOf(node));
  }

  async setProjectId(path: string, id: number): Promise<void> {
    return this.#withDirectory(path, (volume, node) => {
      if (!volume.projectQuota && id !== 0) throw inodeError('ENOTSUP');
      volume.setProject(node, id);
    });
  }

  async quotaFlags(device: string): Promise<number> {
    return this.#withDevice(device, ({ projectQuota }) => (projectQuota ? PROJECT_QUOTA_ON : 0));
  }

  async limits(device: string, id: number): Promise<QuotaLimits> {
    return this.#withDevice(device, ({ projectQuota, space }) => {
      if (!projectQuota) throw inodeError('ESRCH');
      return space.limitsOf(id);
    });
  }

  async setLimits(device: string, id: number, limits: QuotaLimits): Promise<void> {
    return this.#withDevice(device, ({ projectQuota, space }) => {
      if (!projectQuota) throw inodeError('ESRCH');
      space.setLimits(id, limits);
    });
  }

  #withDirectory<T>(path: string, use: (volume: MemoryVolume, node: NodeKey) => T): T {
    const { walk, calls, machine } = this.#view;
    try {
      walk.toParent(path);
      machine.close(calls.open(walk, OPEN.DIRECTORY, 0));
    } catch (error) {
      throw failure(error, 'open', path);
    }
    try {
      const { volume, node } = walk;
      if (!(volume instanceof MemoryVolume)) throw inodeError('ENOTTY');
      return use(volume, node);
    } catch (error) {
      throw failure(error, 'ioctl', path);
    }
  }

  #withDevice<T>(path: string, use: (volume: MemoryVolume) => T): T {
    try {
      const { walk, machine } = this.#view;
      walk.find(path, true);
      const { mode, rdevMajor, rdevMinor } = walk.volume.attributes(walk.node);
      if ((mode & FILE_TYPE.MASK) !== FILE_TYPE.BLOCK) throw inodeError('ENOTBLK');
      for (const volume of machine.volumes()) {
        if (!(volume instanceof MemoryVolume)) continue;
        const [major, minor] = volume.device;
        if (major === rdevMajor && minor === rdevMinor) return use(volume);
      }
      throw inodeError('ENODEV');
    } catch (error) {
      throw failure(error, 'quotactl', path);
    }
  }
}
