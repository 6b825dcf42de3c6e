import { SyscallError } from '../../domain/errors.js';
import type { Random } from '../../ports/random.js';
import type { Host } from './host.js';

/**
 * The kernel's random bytes.
 *
 * @internal
 */
export class LinuxRandom implements Random {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async bytes(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const got = this.#host.libc.getrandom(bytes, length, 0);
    if (got < 0) throw new SyscallError({ errno: -got, syscall: 'getrandom' });
    return bytes.subarray(0, got);
  }
}
