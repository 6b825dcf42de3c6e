import { SyscallError } from '../../domain/errors.js';
import { ERRNO } from '../../domain/go/errno.js';
import { decodeUtf8, encodeUtf8 } from '../../domain/utf8.js';
import type { Logger } from '../../ports/logger.js';
import type { MountCall, Mounter, OverlayLayers } from '../../ports/mounter.js';
import { check } from './check.js';
import { AT, O } from './constants.js';
import type { Host } from './host.js';
import type { Mount2Mounter } from './mounter.js';

const FSOPEN_CLOEXEC = 1;
const FSMOUNT_CLOEXEC = 1;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const FSCONFIG = Object.freeze({ setFlag: 0, setString: 1, setFd: 5, create: 6 });
/** What a mount attribute and a mount flag have in common: ro, nosuid, nodev, noexec. */
const SHARED_FLAGS = 0xf;
const READ_ONLY = 1;
/** The kernel takes option strings of fewer bytes than this, NUL included. */
const STRING_MAX = 256;
const EMPTY = encodeUtf8('\0');
const OVERLAY = encodeUtf8('overlay\0');

/**
 * A mount that the kernel refused, with what it had to say.
 *
 * @internal
 */
export class FsopenError extends SyscallError {
  /** The kernel's own lines, as `e overlay: …`, joined by newlines; often empty. */
  readonly kernelText: string;

  constructor(errno: number, target: string, kernelText: string) {
    super({ errno, syscall: 'mount', path: target });
    this.kernelText = kernelText;
  }
}

/**
 * Mounts with the new mount API, one option at a time, so that no page limits their sum. Needs
 * `lowerdir+`, which overlayfs has since Linux 6.7. A call without layers is left to the classic
 * call, as is unmounting.
 *
 * @source Linux fs/overlayfs/params.c
 * @internal
 */
export class FsopenMounter implements Mounter {
  readonly pageLimited = false;
  readonly #host: Host;
  readonly #classic: Mount2Mounter;
  readonly #logger: Logger;

  /**
   * @param logger - takes the kernel's lines at debug.
   */
  constructor(host: Host, classic: Mount2Mounter, logger: Logger) {
    this.#host = host;
    this.#classic = classic;
    this.#logger = logger;
  }

  async mount(call: MountCall): Promise<void> {
    const { layers } = call;
    if (layers === undefined) return this.#classic.mount(call);
    const { libc } = this.#host;
    const context = check(libc.fsopen(OVERLAY, FSOPEN_CLOEXEC), 'mount', call.target);
    try {
      const errno = -this.#configureAndMount(context, call, layers);
      if (errno > 0) throw this.#refusal(context, errno, call.target);
    } finally {
      libc.close(context);
    }
  }

  async umount(target: string, flags: number): Promise<void> {
    await this.#classic.umount(target, flags);
  }

  /** Answers 0 or a negative errno. */
  #configureAndMount(context: number, call: MountCall, layers: OverlayLayers): number {
    const { libc } = this.#host;
    let result = this.#configure(context, layers);
    if (result === 0 && (call.flags & READ_ONLY) !== 0) result = this.#flag(context, 'ro');
    if (result === 0) result = libc.fsconfig(context, FSCONFIG.create, null, null, 0);
    if (result !== 0) return result;
    const mount = libc.fsmount(context, FSMOUNT_CLOEXEC, call.flags & SHARED_FLAGS);
    if (mount < 0) return mount;
    try {
      return this.#attach(mount, call);
    } finally {
      // Attached or not: the descriptor is not needed, and an unattached mount ends with it.
      libc.close(mount);
    }
  }

  #configure(context: number, layers: OverlayLayers): number {
    const { lowers, upper, work, label, indexOff } = layers;
    let result = this.#string(context, 'source', 'overlay');
    if (result === 0 && indexOff) result = this.#string(context, 'index', 'off');
    for (const lower of lowers) result ||= this.#path(context, 'lowerdir+', lower, lower);
    if (upper !== undefined) {
      result ||= this.#path(context, 'upperdir', upper, escapeBackslashes(upper));
    }
    if (work !== undefined) {
      result ||= this.#path(context, 'workdir', work, escapeBackslashes(work));
    }
    if (label !== '') result ||= this.#string(context, 'context', label);
    return result;
  }

  /** Sets a path by name, or where the name is too long for an option by descriptor. */
  #path(context: number, key: string, path: string, text: string): number {
    const value = encodeUtf8(`${text}\0`);
    if (value.length <= STRING_MAX) return this.#string(context, key, text);
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const flags = O.DIRECTORY | O.CLOEXEC;
    const fd = first.setText(path) || libc.openat(AT.FDCWD, first.bytes, flags, 0);
    if (fd < 0) return fd;
    try {
      return libc.fsconfig(context, FSCONFIG.setFd, encodeUtf8(`${key}\0`), null, fd);
    } finally {
      libc.close(fd);
    }
  }

  #string(context: number, key: string, value: string): number {
    if (value.includes('\0')) return -ERRNO.EINVAL;
    const [name, text] = [encodeUtf8(`${key}\0`), encodeUtf8(`${value}\0`)];
    return this.#host.libc.fsconfig(context, FSCONFIG.setString, name, text, 0);
  }

  #flag(context: number, key: string): number {
    return this.#host.libc.fsconfig(context, FSCONFIG.setFlag, encodeUtf8(`${key}\0`), null, 0);
  }

  #attach(mount: number, { target, cwd }: MountCall): number {
    const { libc, scratch } = this.#host;
    const { first, second } = scratch;
    const flags = O.PATH | O.DIRECTORY | O.CLOEXEC;
    const base =
      cwd === undefined
        ? AT.FDCWD
        : second.setText(cwd) || libc.openat(AT.FDCWD, second.bytes, flags, 0);
    if (base < 0 && base !== AT.FDCWD) return base;
    try {
      const move = (): number =>
        libc.moveMount(mount, EMPTY, base, first.bytes, MOVE_MOUNT_F_EMPTY_PATH);
      return first.setText(target) || move();
    } finally {
      if (base >= 0) libc.close(base);
    }
  }

  #refusal(context: number, errno: number, target: string): FsopenError {
    const { libc, scratch } = this.#host;
    const lines: string[] = [];
    for (;;) {
      const length = libc.read(context, scratch.large, scratch.large.length);
      if (length <= 0) break;
      lines.push(decodeUtf8(scratch.large.subarray(0, length)).trimEnd());
    }
    for (const line of lines) this.#logger.log('debug', `${target}: ${line}`);
    return new FsopenError(errno, target, lines.join('\n'));
  }
}

/** Upper and work directories are un-escaped by the kernel even here; lowers are not. */
function escapeBackslashes(path: string): string {
  return path.replaceAll('\\', '\\\\');
}
