import { SyscallError } from '../domain/errors.js';
import { LINK_ID_RANDOM_BYTES, linkIdFromBytes, type LinkId } from '../domain/layers/link-id.js';
import { decideRandomRetry } from '../domain/layers/random-retry.js';
import type { Ports } from './context.js';
import { GoPanicError } from './go-panic.js';

/**
 * Makes a new link id from 17 random bytes; a read that fails with EPERM is tried again for up to
 * 450 ms, keeping what it had given.
 *
 * @throws GoPanicError `error reading random number generator, retried for …`.
 * @source moby overlay2/randomid.go generateID
 * @internal
 */
export async function generateLinkId(
  ports: Pick<Ports, 'random' | 'clock' | 'logger'>,
): Promise<LinkId> {
  const bytes = new Uint8Array(LINK_ID_RANDOM_BYTES);
  let filled = 0;
  for (let retries = 0; filled < bytes.length;) {
    try {
      const got = await ports.random.bytes(bytes.length - filled);
      bytes.set(got, filled);
      filled += got.length;
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      const decision = decideRandomRetry(error, retries);
      if (decision.kind === 'panic') throw new GoPanicError(decision.message);
      ports.logger.log('error', decision.log);
      await ports.clock.sleep(decision.delayMs);
      retries += 1;
    }
  }
  return linkIdFromBytes(bytes);
}
