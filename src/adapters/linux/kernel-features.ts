import { encodeUtf8 } from '../../domain/utf8.js';
import type { KernelFeatures } from '../../ports/kernel-features.js';
import { check } from './check.js';
import { AT, O } from './constants.js';
import type { Host } from './host.js';

const RESOLVE_IN_ROOT = 0x10n;
const FSOPEN_CLOEXEC = 1;
const FSCONFIG_SET_STRING = 1;
const OVERLAY = encodeUtf8('overlay\0');
const LOWERDIR_PLUS = encodeUtf8('lowerdir+\0');

/**
 * Makes calls of newer kernels to see whether they are there.
 *
 * @internal
 */
export class LinuxKernelFeatures implements KernelFeatures {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async openat2(): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const how = new BigUint64Array([BigInt(O.DIRECTORY | O.CLOEXEC), 0n, RESOLVE_IN_ROOT]);
    const open = (): number => libc.openat2(AT.FDCWD, first.bytes, new Uint8Array(how.buffer));
    libc.close(check(first.setText('/') || open(), 'openat2', '/'));
  }

  async fsopen(): Promise<void> {
    this.#host.libc.close(this.#openContext());
  }

  async lowerdirPlus(directory: string): Promise<void> {
    const { libc } = this.#host;
    const context = this.#openContext();
    const value = encodeUtf8(`${directory}\0`);
    try {
      const result = libc.fsconfig(context, FSCONFIG_SET_STRING, LOWERDIR_PLUS, value, 0);
      check(result, 'fsconfig', 'lowerdir+');
    } finally {
      libc.close(context);
    }
  }

  #openContext(): number {
    return check(this.#host.libc.fsopen(OVERLAY, FSOPEN_CLOEXEC), 'fsopen', 'overlay');
  }
}
