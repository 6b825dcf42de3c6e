import type { MountCall } from '../../../ports/mounter.js';
import type { Law } from './law.js';

/** A second mount hides the first one, which then stays when the second one goes. */
export const MOUNTED_ONCE: Law = {
  name: 'mounted-once',
  says: 'nothing is mounted on a layer that is mounted',
  profiles: ['moby-2019', 'moby-20.10', 'strict'],
  holdsFor: 'targets whose mounts can be seen, in runs in which nobody else unmounts',
  exceptions: ['applying to an incomplete layer begins by ending what is mounted of it'],
  watch:
    () =>
    ({ mounts, before, isDisturbed, world }) => {
      if (isDisturbed) return undefined;
      for (const call of mounts) {
        const id = layerOf(call, world.home);
        const layer = before.layers.find((it) => it.id === id);
        if (layer?.mounted !== true || layer.names.includes('incomplete')) continue;
        return { subject: `${id}/merged`, expected: 'one mount', actual: 'a mount on a mount' };
      }
      return undefined;
    },
};

const MERGED = '/merged';

/** The id of the layer that a mount is for: its target may be relative to the home. */
function layerOf({ target }: MountCall, home: string): string {
  const path = target.startsWith(`${home}/`) ? target.slice(home.length + 1) : target;
  return path.endsWith(MERGED) ? path.slice(0, -MERGED.length) : path;
}
