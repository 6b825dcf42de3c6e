import { SyscallError } from '../domain/errors.js';
import { isInUserNamespace } from '../domain/host/user-namespace.js';
import type { Ports } from './context.js';

/**
 * Tells whether the process runs in a user namespace of its own; where that can't be found out, it
 * does not.
 *
 * @source runc libcontainer/system/linux.go RunningInUserNS
 * @internal
 */
export async function isInUserNs({ kernel }: Pick<Ports, 'kernel'>): Promise<boolean> {
  try {
    return isInUserNamespace(await kernel.uidMap());
  } catch (error) {
    if (error instanceof SyscallError) return false;
    throw error;
  }
}
