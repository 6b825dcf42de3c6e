/**
 * The thread behind `mount-thread.ts`: unshares its current directory from the process once, then
 * answers each message `{id, cwd, target, flags, data}` with `{id, errno, syscall}`. A plain
 * module, because a thread loads no TypeScript. Only synchronous calls may be made here: others
 * run on threads of the pool, elsewhere.
 */
import koffi from 'koffi';
import { parentPort } from 'node:worker_threads';

const CLONE_FS = 0x200;

const library = koffi.load(null);
const unshare = library.func('int unshare(int)');
const chdir = library.func('int chdir(const char *)');
const mount = library.func(
  'int mount(const char *, const char *, const char *, ulong, const char *)',
);

const unshareErrno = unshare(CLONE_FS) === 0 ? 0 : koffi.errno();

parentPort.on('message', ({ id, ...call }) => parentPort.postMessage({ id, ...perform(call) }));

function perform({ cwd, target, flags, data }) {
  // Without a directory of its own this thread would move the whole process.
  if (unshareErrno !== 0) return { errno: unshareErrno, syscall: 'unshare' };
  if (chdir(cwd) !== 0) return { errno: koffi.errno(), syscall: 'chdir' };
  const result = mount('overlay', target, 'overlay', flags, data === '' ? null : data);
  const errno = result === 0 ? 0 : koffi.errno();
  // A current directory keeps its file system busy, so none is kept.
  chdir('/');
  return { errno, syscall: 'mount' };
}
