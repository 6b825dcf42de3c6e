import { inodeError } from './inode-error.js';
import type { KernelPreset } from './kernel-preset.js';
import type { MountOptions, RedirectMode } from './mount-options.js';

/**
 * What a mount was asked for that this model does not have. It is no answer of a kernel's: who
 * catches it knows nothing about the mount.
 *
 * @internal
 */
export class NotModelledError extends Error {
  override readonly name = 'NotModelledError';
}

/**
 * The settings of a mount: what was asked for, else the module's, made to agree with each other.
 *
 * @internal
 */
export interface UnionSettings {
  readonly redirect: RedirectMode;
  /** Longer absolute redirects are refused, in bytes. */
  readonly redirectMax: number;
  readonly index: boolean;
  readonly xino: 'on' | 'off' | 'auto';
  readonly uuid: 'on' | 'off' | 'null' | 'auto';
  readonly volatile: boolean;
  /** `trusted.overlay.`, or `user.overlay.` with `userxattr`. */
  readonly xattrPrefix: string;
  readonly readOnly: boolean;
}

/**
 * Settles the options of a mount.
 *
 * @throws InodeError EINVAL for options that contradict each other.
 * @throws NotModelledError for metacopy and nfs_export.
 * @source Linux fs/overlayfs/params.c ovl_fs_params_verify
 * @internal
 */
export function settleOptions(options: MountOptions, kernel: KernelPreset): UnionSettings {
  const isOn = (name: string): boolean => kernel.parameters[name] === 'Y';
  const metacopy = decideMetacopy(options, isOn('metacopy'));
  if (metacopy) throw new NotModelledError('a mount with metacopy=on is not modelled');
  if (options.dataLowers.length > 0 && !kernel.rules.dataLowersAlone) throw inodeError('EINVAL');
  if (decideNfsExport(options, isOn('nfs_export'), isOn('index'))) {
    throw new NotModelledError('a mount with nfs_export=on is not modelled');
  }
  const hasUpper = options.upperdir !== undefined;
  return {
    redirect: decideRedirect(options, kernel),
    redirectMax: Number(kernel.parameters['redirect_max'] ?? 256),
    index: hasUpper && (options.index ?? isOn('index')),
    xino: options.xino ?? (isOn('xino_auto') ? 'auto' : 'off'),
    uuid: decideUuid(options, kernel),
    volatile: hasUpper && options.fsync === 'volatile',
    xattrPrefix: options.userXattr ? 'user.overlay.' : 'trusted.overlay.',
    readOnly: options.readOnly,
  };
}

function decideMetacopy(options: MountOptions, byDefault: boolean): boolean {
  const { metacopy = byDefault, redirect, upperdir } = options;
  if (!metacopy) return false;
  // Without an upper, following and writing redirects are the same.
  const isRefused = upperdir === undefined ? redirect === 'nofollow' : redirect !== 'on';
  const isContradicted = options.userXattr || (redirect !== undefined && isRefused);
  if (isContradicted && options.metacopy === true) throw inodeError('EINVAL');
  return !isContradicted;
}

function decideNfsExport(options: MountOptions, byDefault: boolean, indexed: boolean): boolean {
  const { nfsExport = byDefault, index = indexed } = options;
  if (!nfsExport || index) return nfsExport;
  if (options.upperdir === undefined) return options.redirect === 'nofollow';
  if (options.nfsExport === true && options.index === false) throw inodeError('EINVAL');
  return options.index === undefined;
}

function decideRedirect(options: MountOptions, kernel: KernelPreset): RedirectMode {
  if (!kernel.rules.knowsRedirects) return 'nofollow';
  const asked = options.redirect ?? (kernel.parameters['redirect_dir'] === 'Y' ? 'on' : 'off');
  if (options.userXattr) {
    if (options.redirect !== undefined && asked !== 'nofollow') throw inodeError('EINVAL');
    return 'nofollow';
  }
  const follows = kernel.rules.offMayFollow
    ? kernel.parameters['redirect_always_follow'] === 'Y'
    : true;
  const mode = asked === 'off' ? (follows ? 'follow' : 'nofollow') : asked;
  // Nothing can be moved there, so that both mean the same.
  const isSettled = kernel.rules.showsSettledRedirect && options.upperdir === undefined;
  return mode === 'follow' && isSettled ? 'on' : mode;
}

function decideUuid(options: MountOptions, kernel: KernelPreset): UnionSettings['uuid'] {
  const asked = options.uuid ?? (kernel.rules.marksUuid ? 'auto' : 'null');
  return asked === 'on' && options.upperdir === undefined ? 'null' : asked;
}
