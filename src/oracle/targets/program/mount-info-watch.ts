import { parseMountInfo } from '../../../domain/mounts/mount-info.js';
import { unescapeMountText } from '../../../domain/mounts/mount-text.js';
import type { Kernel } from '../../../ports/kernel.js';
import type { MountCall } from '../../../ports/mounter.js';
import { mountCallOf } from './mount-calls.js';

/** What a driver asks for; the kernel adds its own, as `redirect_dir` and `xino`. */
const ASKED = /^(lowerdir|upperdir|workdir)=/;

/**
 * Finds the mounts that a program has made in the kernel's table. It tells paths as they were asked
 * for, and neither what else was asked for nor mounts that were gone by the end of a call.
 *
 * @internal
 */
export class MountInfoWatch {
  readonly #kernel: Pick<Kernel, 'mountInfo'>;
  readonly #known = new Set<number>();

  constructor(kernel: Pick<Kernel, 'mountInfo'>) {
    this.#kernel = kernel;
  }

  /** Gives the overlays below a home that were not there at the last look. */
  async look(home: string): Promise<readonly MountCall[]> {
    const isBelow = (path: string): boolean => path.startsWith(`${home}/`);
    const table = parseMountInfo(await this.#kernel.mountInfo(), isBelow);
    const mounts = table.filter(({ fsType }) => fsType === 'overlay');
    const fresh = mounts.filter(({ id }) => !this.#known.has(id));
    // Numbers are given again once a mount is gone.
    this.#known.clear();
    for (const { id } of mounts) this.#known.add(id);
    return fresh.flatMap(({ mountPoint, superOptions }) => {
      const data = superOptions.split(',').filter((option) => ASKED.test(option));
      const text = unescapeMountText(data.join(','));
      return mountCallOf({ target: mountPoint, data: text, cwd: home }, home) ?? [];
    });
  }
}
