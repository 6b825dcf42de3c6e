import { findKernelPreset } from '../../domain/union/kernel-presets.js';

/**
 * What the machine's kernel and process tell of themselves.
 *
 * @internal
 */
export interface KernelFacts {
  /** The preset whose rules overlays follow: `6.18`, or another of `KERNEL_PRESETS`. */
  readonly preset: string;
  /** `uname` release. */
  readonly release: string;
  /** Text of /proc/filesystems. */
  readonly fileSystems: string;
  /** What /sys/module/overlay/parameters holds, each `Y`, `N` or a number without its newline. */
  readonly overlayParameters: Readonly<Record<string, string>>;
  /** Text of /proc/self/uid_map. */
  readonly uidMap: string;
  readonly pageSize: number;
  readonly umask: number;
  readonly tempDirectory: string;
}

/**
 * A Linux 6.18 as Debian builds it, and a process of root's.
 *
 * @internal
 */
export const DEFAULT_KERNEL_FACTS: KernelFacts = Object.freeze({
  preset: '6.18',
  release: '6.18.15-amd64',
  fileSystems: 'nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\n\text4\n\txfs\n\tbtrfs\nnodev\toverlay\n',
  overlayParameters: Object.freeze({
    check_copy_up: 'N',
    index: 'N',
    metacopy: 'N',
    nfs_export: 'N',
    redirect_always_follow: 'Y',
    redirect_dir: 'N',
    redirect_max: '256',
    xino_auto: 'N',
  }),
  uidMap: '         0          0 4294967295\n',
  pageSize: 4096,
  umask: 0o022,
  tempDirectory: '/tmp',
});

/**
 * Gives what a kernel of a preset tells of itself, for the options of a machine.
 *
 * @throws GraphDriverError code `kernel-preset` for a name that no preset has.
 * @internal
 */
export function kernelFactsOf(
  preset: string,
): Pick<KernelFacts, 'preset' | 'release' | 'overlayParameters'> {
  const { release, parameters } = findKernelPreset(preset);
  return { preset, release, overlayParameters: parameters };
}
