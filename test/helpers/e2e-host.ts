/** Finds out whether this process may run the e2e tests: root, own mount namespace, overlay. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Says why the e2e tests cannot run here; undefined when they can.
 *
 * The overlay probe mounts for real, since a kernel may list overlayfs and still refuse it here:
 * for want of a capability, or because the temporary directory lies on an overlay itself.
 */
export function whyNoE2e(): string | undefined {
  if (process.platform !== 'linux') return 'overlayfs needs Linux';
  if (process.getuid?.() !== 0) return 'mounting needs root';
  if (sharesNamespaceOfInit()) {
    return 'this process has no mount namespace of its own; run `npm run e2e` or `npm test`';
  }
  return whyNoOverlay();
}

/**
 * Says why the mounter by `fsopen` cannot mount here; undefined when it can. It hands over lowers
 * one by one, as `lowerdir+`, which kernels know since 6.7; mount(2) takes these words, too.
 */
export function whyNoFsopen(): string | undefined {
  const reason = whyNoOverlay((lower, upper) => `lowerdir+=${lower},lowerdir+=${upper}`);
  return reason && `the kernel has no lowerdir+: ${reason}`;
}

function sharesNamespaceOfInit(): boolean {
  try {
    return readlinkSync('/proc/self/ns/mnt') === readlinkSync('/proc/1/ns/mnt');
  } catch {
    // Process 1 cannot be looked at from an inner user namespace, which is another one anyway.
    return false;
  }
}

function whyNoOverlay(format = formatClassic): string | undefined {
  const scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-probe-'));
  try {
    const make = (name: string): string => {
      const path = join(scratch, name);
      mkdirSync(path);
      return path;
    };
    const data = format(make('lower'), make('upper'), make('work'));
    const merged = make('merged');
    const mount = run('mount', ['-t', 'overlay', 'overlay', '-o', data, merged]);
    if (mount !== undefined) return `overlay cannot be mounted below ${tmpdir()}: ${mount}`;
    return run('umount', [merged]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function formatClassic(lower: string, upper: string, work: string): string {
  return `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
}

function run(command: string, args: readonly string[]): string | undefined {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim().split('\n')[0];
}
