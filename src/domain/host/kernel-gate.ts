import { FS_MAGIC, isRefusedBacking } from './backing-fs.js';
import { compareKernelVersion, type KernelVersion } from './kernel-version.js';

/** The first kernel whose overlay lies on btrfs. */
const BTRFS_KERNEL = { kernel: 4, major: 7, minor: 0 };

/** The first kernel that takes more than one lower directory. */
const MULTIPLE_LOWERS_KERNEL = { kernel: 4, major: 0, minor: 0 };

/**
 * What the driver asks the gate.
 *
 * @internal
 */
export interface KernelGateQuestion {
  /** `statfs` magic of the test directory. */
  readonly magic: number;
  readonly version: KernelVersion;
  readonly overrideKernelCheck: boolean;
  /** The name that logs give the backing file system. */
  readonly backingFs: string;
}

/**
 * Something to log, in moby's words.
 *
 * @internal
 */
export interface GateLog {
  readonly level: 'warning' | 'error';
  readonly message: string;
}

/**
 * How a start goes on: `ok`; `refuse` it because of the backing file system; or `probe-lowers`,
 * that is try a mount with two lowers and go on if it succeeds.
 *
 * @internal
 */
export interface KernelGateDecision {
  readonly kind: 'ok' | 'refuse' | 'probe-lowers';
  readonly logs: readonly GateLog[];
}

/**
 * Decides whether the kernel and the backing file system carry the driver.
 *
 * @returns the decision and what to log first, in order.
 * @source moby overlay2/overlay.go Init
 * @internal
 */
export function decideKernelGate(question: KernelGateQuestion): KernelGateDecision {
  const { magic, version, overrideKernelCheck, backingFs } = question;
  if (isRefusedBacking(magic)) return refuse(`'overlay2' is not supported over ${backingFs}`);
  const logs: GateLog[] = [];
  if (magic >>> 0 === FS_MAGIC.BTRFS && compareKernelVersion(version, BTRFS_KERNEL) < 0) {
    if (!overrideKernelCheck) {
      return refuse(`'overlay2' requires kernel 4.7 to use on ${backingFs}`);
    }
    logs.push(warning('Using pre-4.7.0 kernel for overlay2 on btrfs, may require kernel update'));
  }
  if (compareKernelVersion(version, MULTIPLE_LOWERS_KERNEL) >= 0) return { kind: 'ok', logs };
  if (!overrideKernelCheck) return { kind: 'probe-lowers', logs };
  logs.push(
    warning('Using pre-4.0.0 kernel for overlay2, mount failures may require kernel update'),
  );
  return { kind: 'ok', logs };
}

function refuse(message: string): KernelGateDecision {
  return { kind: 'refuse', logs: [{ level: 'error', message }] };
}

function warning(message: string): GateLog {
  return { level: 'warning', message };
}
