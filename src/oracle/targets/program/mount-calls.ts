import { join } from 'node:path';
import {
  splitLowerdir,
  splitMountOptions,
  unescapeLayerOption,
} from '../../../domain/mounts/overlay-escape.js';
import type { MountCall } from '../../../ports/mounter.js';

const MERGED = '/merged';
/** What a layer's upper directory is called; probes of the kernel call theirs otherwise. */
const DIFF = '/diff';

/** A mount of an overlay, as somebody saw it asked for or made. */
export interface SeenMount {
  /** Relative to `cwd`, or absolute. */
  readonly target: string;
  readonly data: string;
  readonly cwd: string;
}

/**
 * Makes a mount call of what was seen.
 *
 * @returns nothing for what is no mount of a layer below the home, as probes of the kernel.
 * @internal
 */
export function mountCallOf({ target, data, cwd }: SeenMount, home: string): MountCall | undefined {
  const resolve = (path: string): string => (path.startsWith('/') ? path : join(cwd, path));
  const absolute = resolve(target);
  if (!absolute.startsWith(`${home}/`) || !absolute.endsWith(MERGED)) return undefined;
  const options = new Map<string, string>();
  for (const option of splitMountOptions(data)) {
    const cut = option.indexOf('=');
    if (cut > 0) options.set(option.slice(0, cut), option.slice(cut + 1));
  }
  const [upper, work] = [options.get('upperdir'), options.get('workdir')];
  if (upper?.endsWith(DIFF) === false) return undefined;
  return {
    target: absolute,
    flags: 0,
    data,
    layers: {
      lowers: splitLowerdir(options.get('lowerdir') ?? '').map(resolve),
      ...(upper === undefined ? {} : { upper: resolve(unescapeLayerOption(upper)) }),
      ...(work === undefined ? {} : { work: resolve(unescapeLayerOption(work)) }),
      label: '',
      indexOff: options.get('index') === 'off',
    },
  };
}
