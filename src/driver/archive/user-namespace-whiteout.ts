import { GraphDriverError, messageOf, SyscallError } from '../../domain/errors.js';
import { isWhiteoutDevice, OPAQUE_XATTR } from '../../domain/diffs/whiteout.js';
import { goJoin } from '../../domain/go/path.js';
import { goQuote } from '../../domain/go/quote.js';
import { encodeUtf8 } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import { writeFile } from '../files.js';
import { removeAll } from '../remove-tree.js';
import { makeTempDirectory } from '../temp-names.js';
import { showBytePath } from './byte-path.js';
import type { Extraction } from './extraction.js';

/**
 * In a user namespace neither the device 0:0 nor an attribute of `trusted.` can be made, but the
 * kernel makes both on behalf of whoever deletes something in an overlay. So a scratch overlay is
 * mounted, the deletion done, and what the kernel left in the upper directory is moved to where it
 * is wanted.
 *
 * DEPARTURE: the scratch lies beside the tree instead of inside it, where a hostile archive could
 * reach it, and the old content of a directory is moved instead of copied. What is left on disk is
 * the same.
 */
const DUMMY = 'd';
const DUMMY_BYTES = encodeUtf8(DUMMY);

/**
 * Puts a whiteout at a path, replacing what is there.
 *
 * @throws GraphDriverError `failed to mknodChar0UserNS("<path>"): …`.
 * @source moby pkg/archive/archive_linux.go mknodChar0Overlay
 * @internal
 */
export async function makeWhiteoutByOverlay(run: Extraction, path: string): Promise<void> {
  try {
    await withScratch(run, 'mc0o', async (scratch) => {
      const { fs } = run.ports;
      await writeFile(fs, goJoin(scratch.lower, DUMMY), '', 0o600);
      await mounted(run, scratch, () => fs.unlink(goJoin(scratch.merged, DUMMY)));
      const dummy = goJoin(scratch.upper, DUMMY);
      const stat = await fs.lstat(dummy);
      if (!isWhiteoutDevice(stat)) {
        const device = BigInt(stat.rdevMajor) * 256n + BigInt(stat.rdevMinor);
        const text = `${dummy} is not a 0,0 character device, got Rdev=${device}`;
        throw new GraphDriverError('archive', text);
      }
      await moveFrom(run, scratch.upper, path);
    });
  } catch (error) {
    throw failure(`failed to mknodChar0UserNS(${goQuote(showBytePath(path))})`, error);
  }
}

/**
 * Makes a directory opaque: another one, which the kernel made opaque, takes its content and place.
 *
 * @throws GraphDriverError `replaceDirWithOverlayOpaque("<path>") failed: …`.
 * @source moby pkg/archive/archive_linux.go replaceDirWithOverlayOpaque
 * @internal
 */
export async function replaceByOpaqueDirectory(run: Extraction, path: string): Promise<void> {
  try {
    if (path === '/') {
      const text = 'replaceDirWithOverlayOpaque: path must not be "/"';
      throw new GraphDriverError('archive', text);
    }
    await withScratch(run, 'rdwoo', async (scratch) => {
      const { fs } = run.ports;
      await fs.mkdir(goJoin(scratch.lower, DUMMY), 0o700);
      await mounted(run, scratch, async () => {
        await fs.rmdir(goJoin(scratch.merged, DUMMY));
        await fs.mkdir(goJoin(scratch.merged, DUMMY), 0o700);
      });
      await takeOver(run, path, goJoin(scratch.upper, DUMMY));
      await moveFrom(run, scratch.upper, path);
    });
  } catch (error) {
    throw failure(`replaceDirWithOverlayOpaque(${goQuote(showBytePath(path))}) failed`, error);
  }
}

interface Scratch {
  readonly lower: string;
  readonly upper: string;
  readonly work: string;
  readonly merged: string;
}

async function withScratch(
  run: Extraction,
  prefix: string,
  work: (scratch: Scratch) => Promise<void>,
): Promise<void> {
  const { fs } = run.ports;
  const parent = run.scratchParent;
  if (parent === undefined) throw new GraphDriverError('archive', 'no room for a scratch overlay');
  const dir = await makeTempDirectory(run.ports, parent, prefix);
  try {
    const [lower, upper, workDir, merged] = ['l', 'u', 'w', 'm'].map((name) => goJoin(dir, name));
    const scratch = { lower, upper, work: workDir, merged } as Scratch;
    for (const path of Object.values(scratch)) await fs.mkdir(path, 0o700);
    await work(scratch);
  } finally {
    await removeAll(fs, dir);
  }
}

async function mounted(
  run: Extraction,
  { lower, upper, work, merged }: Scratch,
  change: () => Promise<void>,
): Promise<void> {
  const { mounter } = run.ports;
  const data = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  const layers = { lowers: [lower], upper, work, label: '', indexOff: false };
  try {
    await mounter.mount({ target: merged, flags: 0, data, layers });
  } catch (error) {
    throw failure(`failed to mount overlay (${data}) on ${merged}`, error);
  }
  try {
    await change();
  } finally {
    await mounter.umount(merged, 0);
  }
}

/** Moves the content of a directory of the tree into another one and copies its attributes. */
async function takeOver(run: Extraction, path: string, heirPath: string): Promise<void> {
  const old = await run.tree.directory(path);
  const heir = await run.ports.fs.openRoot(heirPath);
  try {
    for (const entry of await old.getdents()) await old.renameat(entry.name, heir, entry.name);
    const stat = await old.fstat();
    await heir.fchown(stat.uid, stat.gid);
    await heir.fchmod(stat.mode & 0o7777);
    await copyAttributes(old, heir);
    await heir.futimens(stat.atime, stat.mtime);
  } finally {
    await heir.close();
  }
  await run.tree.removeAll(path);
}

async function copyAttributes(from: Directory, to: Directory): Promise<void> {
  for (const name of await from.flistxattr()) {
    if (name === OPAQUE_XATTR) continue;
    await to.fsetxattr(name, await from.fgetxattr(name));
  }
}

async function moveFrom(run: Extraction, upper: string, path: string): Promise<void> {
  const from = await run.ports.fs.openRoot(upper);
  try {
    const { directory, name } = await run.tree.place(path);
    await from.renameat(DUMMY_BYTES, directory, name);
  } finally {
    await from.close();
  }
  await run.tree.disturb();
}

function failure(what: string, error: unknown): unknown {
  if (!(error instanceof GraphDriverError)) return error;
  const text = error instanceof SyscallError ? error.strerror : messageOf(error);
  return new GraphDriverError('archive', `${what}: ${text}`, { cause: error });
}
