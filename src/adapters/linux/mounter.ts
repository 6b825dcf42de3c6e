import { encodeUtf8 } from '../../domain/utf8.js';
import { ERRNO } from '../../domain/go/errno.js';
import type { MountCall, Mounter } from '../../ports/mounter.js';
import { check } from './check.js';
import type { Host } from './host.js';
import { MountThread } from './mount-thread.js';

/** Source and type of every mount, NUL-terminated. */
const OVERLAY = encodeUtf8('overlay\0');

/**
 * Mounts with the classic `mount(2)`: one page of option text, cut silently where it is longer.
 * A call with `cwd` is made by a thread that has a current directory of its own.
 *
 * @internal
 */
export class Mount2Mounter implements Mounter {
  readonly pageLimited = true;
  readonly #host: Host;
  readonly #thread = new MountThread();

  constructor(host: Host) {
    this.#host = host;
  }

  async mount(call: MountCall): Promise<void> {
    const { cwd, target, flags, data } = call;
    if (cwd !== undefined) {
      await this.#thread.mount({ cwd, target, flags, data });
      return;
    }
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    // As in Go, no options are no text at all.
    const options = data === '' ? null : encodeUtf8(`${data}\0`);
    const unfit = first.setText(target) || (data.includes('\0') ? -ERRNO.EINVAL : 0);
    const mount = (): number => libc.mount(OVERLAY, first.bytes, OVERLAY, flags, options);
    check(unfit || mount(), 'mount', target);
  }

  async umount(target: string, flags: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    check(first.setText(target) || libc.umount2(first.bytes, flags), 'umount', target);
  }

  /** Ends the thread, if one was ever needed. */
  async dispose(): Promise<void> {
    await this.#thread.dispose();
  }
}
