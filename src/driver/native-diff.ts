import { GraphDriverError, isErrno, messageOf, SyscallError } from '../domain/errors.js';
import { goJoin } from '../domain/go/path.js';
import { NATIVE_DIFF_PROBE_PREFIX } from '../domain/layers/layout.js';
import { OPAQUE_XATTR } from '../domain/diffs/whiteout.js';
import { decodeUtf8, encodeUtf8 } from '../domain/utf8.js';
import type { DriverContext, Ports } from './context.js';
import { writeFile } from './files.js';
import { removeAll } from './remove-tree.js';
import { makeTempDirectory } from './temp-names.js';

/** Where a moved lower directory remembers its old place. */
const REDIRECT_XATTR = 'trusted.overlay.redirect';

/**
 * Tells whether diffs have to be computed by comparing trees, since the kernel's overlay keeps
 * things in the upper directory that an archive of it would get wrong. The probe runs once and is
 * remembered.
 *
 * @source moby overlay2/overlay.go useNaiveDiff
 * @internal
 */
export async function usesNaiveDiff(context: DriverContext): Promise<boolean> {
  // QUIRK Q-25: in moby the answer for the first home is that of every home of the process.
  context.process.naiveDiffOnly ??= await probeSaysNaive(context);
  return context.process.naiveDiffOnly;
}

async function probeSaysNaive({ ports, home }: DriverContext): Promise<boolean> {
  try {
    await probeNativeDiff(ports, home);
    return false;
  } catch (error) {
    if (!(error instanceof GraphDriverError)) throw error;
    const what = 'Not using native diff for overlay2, this may cause degraded performance';
    ports.logger.log('warning', `${what} for building images: ${error.message}`);
    return true;
  }
}

/**
 * Mounts a scratch overlay and looks whether the opaque mark is copied up and whether renaming a
 * lower directory leaves a redirect.
 *
 * @throws GraphDriverError saying why native diffs would be wrong, or why that could not be found.
 * @source moby overlay2/check.go doesSupportNativeDiff
 * @internal
 */
export async function probeNativeDiff(ports: Ports, home: string): Promise<void> {
  const dir = await makeTempDirectory(ports, home, NATIVE_DIFF_PROBE_PREFIX);
  try {
    await probeIn(ports, dir);
  } finally {
    await warnOnFailure(ports, `Failed to remove check directory ${dir}`, () =>
      removeAll(ports.fs, dir),
    );
  }
}

async function probeIn(ports: Ports, dir: string): Promise<void> {
  const { fs } = ports;
  const at = (name: string): string => goJoin(dir, name);
  for (const name of ['l1', 'l1/d', 'l1/d1', 'l2', 'l2/d', 'l3', 'work', 'merged']) {
    await fs.mkdir(at(name), 0o755);
  }
  await step('failed to set opaque flag on middle layer', () =>
    fs.setxattr(at('l2/d'), OPAQUE_XATTR, encodeUtf8('y')),
  );

  const [lowers, upper, work] = [[at('l2'), at('l1')], at('l3'), at('work')];
  const data = `lowerdir=${lowers.join(':')},upperdir=${upper},workdir=${work}`;
  const layers = { lowers, upper, work, label: '', indexOff: false };
  await step('failed to mount overlay', () =>
    ports.mounter.mount({ target: at('merged'), flags: 0, data, layers }),
  );
  try {
    await probeMerged(ports, at);
  } finally {
    await warnOnFailure(ports, `Failed to unmount check directory ${at('merged')}`, () =>
      ports.mounter.umount(at('merged'), 0),
    );
  }
}

async function probeMerged({ fs }: Ports, at: (name: string) => string): Promise<void> {
  // A new file copies its directory up; old kernels copied the opaque mark as well.
  await step(
    'failed to write to merged directory',
    () => writeFile(fs, at('merged/d/f'), '', 0o644),
    {
      told: true,
    },
  );
  const opaque = await step('failed to read opaque flag on upper layer', () =>
    xattrOrEmpty(fs, at('l3/d'), OPAQUE_XATTR),
  );
  if (opaque === 'y') {
    throw new GraphDriverError(
      'native-diff',
      'opaque flag erroneously copied up, consider update to kernel 4.8 or later to fix',
    );
  }

  try {
    await fs.rename(at('merged/d1'), at('merged/d2'));
  } catch (error) {
    // The kernel refuses to move a lower directory: redirect_dir is off, as it has to be.
    if (isErrno(error, 'EXDEV')) return;
    throw withContext('failed to rename dir in merged directory', error, messageOf(error));
  }
  const redirect = await step('failed to read redirect flag on upper layer', () =>
    xattrOrEmpty(fs, at('l3/d2'), REDIRECT_XATTR),
  );
  if (redirect === 'd1') {
    const text = 'kernel has CONFIG_OVERLAY_FS_REDIRECT_DIR enabled';
    throw new GraphDriverError('native-diff', text);
  }
}

/** An absent attribute is the empty text, as moby's helper has it. */
async function xattrOrEmpty(fs: Ports['fs'], path: string, attribute: string): Promise<string> {
  try {
    return decodeUtf8(await fs.getxattr(path, attribute));
  } catch (error) {
    if (isErrno(error, 'ENODATA')) return '';
    throw error;
  }
}

/** Runs one step; what fails is told with moby's words before Go's text, mostly a bare errno. */
async function step<T>(
  words: string,
  run: () => Promise<T>,
  { told = false }: { told?: boolean } = {},
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isBare = error instanceof SyscallError && !told;
    throw withContext(words, error, isBare ? error.strerror : messageOf(error));
  }
}

function withContext(words: string, error: unknown, text: string): unknown {
  if (!(error instanceof SyscallError)) return error;
  return new GraphDriverError('native-diff', `${words}: ${text}`, { cause: error });
}

async function warnOnFailure(
  { logger }: Ports,
  words: string,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    logger.log('warning', `${words}: ${error.message}`);
  }
}
