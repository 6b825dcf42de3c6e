import { check } from './check.js';
import { createLibc } from './libc.js';

/** As on every architecture that `systemCallNumbers` knows. */
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** `struct ucred`: pid, uid and gid, 32 bits each. */
const UCRED_BYTES = 12;
const UID_OFFSET = 4;

/**
 * Gives what tells the user at the other end of a connected unix socket, as this process's user
 * namespace names it, and as it was when the connection was made.
 *
 * @returns a function of the socket's descriptor, which throws a `SyscallError` where that is no
 *   socket; somebody without a name in this namespace is 65534.
 * @throws GraphDriverError of code `host` where there is no C library to use.
 * @source unix(7), SO_PEERCRED
 * @internal
 */
export function createPeerUid(): (fd: number) => number {
  const libc = createLibc();
  return (fd) => {
    const ucred = new DataView(new ArrayBuffer(UCRED_BYTES));
    const length = new Uint8Array(new Uint32Array([UCRED_BYTES]).buffer);
    const bytes = new Uint8Array(ucred.buffer);
    const where = `descriptor ${fd}`;
    check(libc.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, bytes, length), 'getsockopt', where);
    return ucred.getUint32(UID_OFFSET, isLittleEndian());
  };
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}
