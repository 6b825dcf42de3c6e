import { InodeError, inodeError } from '../../domain/union/inode-error.js';
import { MNT_DETACH } from '../../domain/mounts/umount-flags.js';
import type { KernelPreset } from '../../domain/union/kernel-preset.js';
import { findKernelPreset } from '../../domain/union/kernel-presets.js';
import type { NodeRef } from '../../domain/union/volume.js';
import { decodeUtf8, encodeUtf8 } from '../../domain/utf8.js';
import type { MountCall, Mounter } from '../../ports/mounter.js';
import { encodeText } from './byte-string.js';
import { failure } from './failure.js';
import { makeOverlay } from './overlay-mount.js';
import { formatOverlayOptions } from './overlay-options.js';
import type { View } from './view.js';

const MS_RDONLY = 1;
/** UTF-8 makes no more of one unit of a text. */
const BYTES_OF_UNIT_MAX = 3;
const OVERLAY = 'overlay';
/** Paths that are shown as they are given, unless a symlink was followed. */
const CLEAN_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/;

/**
 * Mounts overlays on a machine in memory, for the processes of one namespace, as the classic
 * `mount(2)` does: by option text of one page, cut silently where it is longer.
 *
 * Modelled: what `mountOverlay` models, by the rules of the machine's kernel; ENODEV of a kernel
 * without overlay; unmounting now or lazily, after which a union lives on, with its marks of use,
 * for what is open in it. Not modelled: security modules, so that `context=` fails with EINVAL as
 * it does without SELinux; flags but MS_RDONLY; remounts, moves and binds.
 *
 * @internal
 */
export class FakeMounter implements Mounter {
  readonly pageLimited = true;
  readonly #view: View;
  readonly #kernel: KernelPreset;

  constructor(view: View) {
    this.#view = view;
    const { preset, overlayParameters } = view.machine.kernel;
    this.#kernel = { ...findKernelPreset(preset), parameters: overlayParameters };
  }

  async mount(call: MountCall): Promise<void> {
    const { target, cwd } = call;
    let from: NodeRef | undefined;
    try {
      if (cwd !== undefined) from = this.#directory(cwd);
    } catch (error) {
      throw failure(error, 'chdir', cwd ?? '');
    }
    try {
      this.#mount(call, from);
    } catch (error) {
      throw failure(error, 'mount', target);
    }
  }

  async umount(target: string, flags: number): Promise<void> {
    try {
      const { machine, mounts, namespace, walk } = this.#view;
      walk.find(target, true);
      const mount = mounts.of(walk.volume.id);
      if (mount === undefined || walk.node !== walk.volume.root) throw inodeError('EINVAL');
      // The kernel has a rule of its own for the root: it stays.
      if (mount.at === undefined) throw inodeError('EBUSY');
      machine.unmount(namespace, mount, (flags & MNT_DETACH) !== 0);
    } catch (error) {
      throw failure(error, 'umount', target);
    }
  }

  #directory(path: string): NodeRef {
    const { walk } = this.#view;
    walk.find(path, true);
    if (!isDirectory(walk.volume.mode(walk.node))) throw inodeError('ENOTDIR');
    return { volume: walk.volume.id, node: walk.node };
  }

  #mount({ target, cwd, data, flags }: MountCall, from: NodeRef | undefined): void {
    const { machine, namespace, walk } = this.#view;
    if (data.includes('\0')) throw inodeError('EINVAL');
    walk.find(target, true, from);
    const at: NodeRef = { volume: walk.volume.id, node: walk.node };
    if (!machine.kernel.fileSystems.includes(OVERLAY)) throw inodeError('ENODEV');
    const readOnly = (flags & MS_RDONLY) !== 0;
    const request = { data: this.#cut(data), readOnly, kernel: this.#kernel };
    const { volume, mounted } = makeOverlay(this.#view, request, from);
    if (!isDirectory(machine.find(at.volume).mode(at.node))) {
      volume.dispose();
      throw inodeError('ENOTDIR');
    }
    const text = {
      source: OVERLAY,
      fsType: OVERLAY,
      options: readOnly ? 'ro,relatime' : 'rw,relatime',
      superOptions: encodeText(formatOverlayOptions(mounted, machine.kernel)),
    };
    const path = this.#shownPath(cwd === undefined ? target : `${cwd}/${target}`);
    machine.addVolume(() => volume);
    machine.mountAt(namespace, at, volume.id, text, path);
  }

  /** The kernel takes one page and puts a NUL over its last byte. */
  #cut(data: string): string {
    const pageSize = this.#view.machine.kernel.pageSize;
    if (data.length * BYTES_OF_UNIT_MAX < pageSize) return data;
    const bytes = encodeUtf8(data);
    return bytes.length < pageSize ? data : decodeUtf8(bytes.subarray(0, pageSize - 1));
  }

  /** A path without detours; an empty one makes the mount table find out. */
  #shownPath(path: string): string {
    if (!CLEAN_PATH.test(path)) return '';
    try {
      // Where no component is a symlink the path is its own; this is what most are.
      this.#view.walk.find(path, false);
      return this.#view.walk.followed === 0 ? encodeText(path) : '';
    } catch (error) {
      if (error instanceof InodeError) return '';
      throw error;
    }
  }
}

function isDirectory(mode: number): boolean {
  return (mode & 0o170000) === 0o040000;
}
