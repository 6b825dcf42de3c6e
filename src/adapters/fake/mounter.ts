import { inodeError } from '../../domain/union/inode-error.js';
import type { MountCall, Mounter } from '../../ports/mounter.js';
import { failure } from './failure.js';
import type { View } from './view.js';

/**
 * Mounts overlays on a machine in memory, for the processes of one namespace. So far its kernel has
 * no overlay: mounting fails with ENODEV, and nothing is there to be unmounted.
 *
 * @internal
 */
export class FakeMounter implements Mounter {
  readonly pageLimited = true;
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  async mount({ target, cwd }: MountCall): Promise<void> {
    try {
      const { walk, machine } = this.#view;
      walk.find(target, true, cwd === undefined ? undefined : machine.resolve(cwd));
      throw inodeError('ENODEV');
    } catch (error) {
      throw failure(error, 'mount', target);
    }
  }

  async umount(target: string, _flags: number): Promise<void> {
    try {
      this.#view.walk.find(target, true);
      throw inodeError('EINVAL');
    } catch (error) {
      throw failure(error, 'umount', target);
    }
  }
}
