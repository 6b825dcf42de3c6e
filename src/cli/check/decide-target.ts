import { spawnSync } from 'node:child_process';
import { composeLinuxHost, MOUNT_FINDING } from '../../composition.js';
import { GraphDriverError } from '../../domain/errors.js';
import { UsageError } from '../exit-code.js';
import type { CliStreams } from '../streams.js';
import { PLUGIN } from '../targets/with-plugin-targets.js';
import { STORE } from '../targets/with-store-targets.js';
import { isInOwnMountNamespace } from './mount-namespace.js';

/** The driver on this machine's kernel. */
export const BUILTIN_LINUX = 'builtin:linux';
/** The driver in memory. */
export const BUILTIN_FAKE = 'builtin:fake';

/** Begins the name of a driver behind a program that speaks the line protocol. */
export const PROGRAM = 'program:';

/** Which driver is checked. */
export interface DecidedTarget {
  readonly name: string;
  /** Why, where nobody has asked for it. */
  readonly reason?: string;
}

/**
 * Decides which driver to check: the one that was asked for, else the one on this machine's kernel
 * where it may mount, else the one in memory.
 *
 * @throws UsageError for a target that there is none of.
 * @internal
 */
export async function decideTarget(
  asked: string | undefined,
  streams: CliStreams,
): Promise<DecidedTarget> {
  if (asked === BUILTIN_LINUX || asked === BUILTIN_FAKE) return { name: asked };
  if (asked?.startsWith(PROGRAM) === true) return { name: asked };
  if (asked?.startsWith(PLUGIN) === true) return { name: asked };
  if (asked?.startsWith(STORE) === true) return { name: asked };
  if (asked !== undefined) {
    const foreign = `${PLUGIN}SOCKET, ${STORE}DIR and ${PROGRAM}CMD ARGS`;
    const known = `${BUILTIN_LINUX}, ${BUILTIN_FAKE}, ${foreign}`;
    throw new UsageError(`unknown target ${asked}; there are ${known} yet`);
  }
  const obstacle = await whyNoMount(streams);
  if (obstacle === undefined) return { name: BUILTIN_LINUX, reason: 'this process may mount' };
  return { name: BUILTIN_FAKE, reason: obstacle };
}

async function whyNoMount(streams: CliStreams): Promise<string | undefined> {
  if (streams.geteuid?.() !== 0) return 'mounting an overlay takes root';
  if (!isInOwnMountNamespace(streams) && !mayUnshare()) {
    return 'this process may not make a mount namespace';
  }
  try {
    const host = await composeLinuxHost({ logLevel: 'error', writeLog: () => undefined });
    try {
      const findings = await host.examine({ isRoot: true });
      const mount = findings.find(({ name }) => name === MOUNT_FINDING);
      return mount?.answer === 'yes' ? undefined : `no overlay can be mounted: ${mount?.value}`;
    } finally {
      await host.dispose();
    }
  } catch (error) {
    if (error instanceof GraphDriverError) return error.message;
    throw error;
  }
}

function mayUnshare(): boolean {
  const probe = spawnSync('unshare', ['-m', '--propagation', 'private', 'true'], {
    stdio: 'ignore',
  });
  // Without util-linux the check works in the namespace that it has.
  const isMissing = probe.error !== undefined && 'code' in probe.error;
  return isMissing || probe.status === 0;
}
