import type { Socket } from 'node:net';

/**
 * Gives what admits root's connections alone, whatever the mode of the socket has become. Where the
 * other end cannot be told, it is refused.
 *
 * @param peerUid - tells the user at the other end of a socket by its descriptor.
 * @internal
 */
export function admitRoot(peerUid: (fd: number) => number): (socket: Socket) => boolean {
  return (socket) => {
    const fd = descriptorOf(socket);
    if (fd === undefined) return false;
    try {
      return peerUid(fd) === 0;
    } catch {
      // The other end is gone already.
      return false;
    }
  };
}

/** Node has no public name for it. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd?: unknown } | null };
  const fd = handle?.fd;
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}
