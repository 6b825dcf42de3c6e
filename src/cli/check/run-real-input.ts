import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeLinux } from '../../composition.js';
import { GraphDriverError } from '../../domain/errors.js';
import { checkRealInput } from '../../oracle/real-input/real-input.js';
import type { Progress, StepReport } from '../../oracle/real-input/step.js';
import type { Target } from '../../oracle/targets/target.js';
import type { CliStreams } from '../streams.js';
import type { CheckOptions } from './check-options.js';

const BYTES_MAX = 400 * 1024 * 1024;
const OVERLAY_MAGIC = 0x794c7630;

/**
 * Checks the driver on this machine's kernel with what is installed here.
 *
 * @param workDirectory - empty, absolute; whoever made it removes it.
 * @throws Divergence at the first difference.
 * @internal
 */
export async function runRealInput(
  workDirectory: string,
  options: CheckOptions,
  progress: Progress,
): Promise<readonly StepReport[]> {
  const { layers, files } = options;
  const input = { workDirectory, layersMin: layers, filesMin: files, bytesMax: BYTES_MAX };
  const clock = { now: () => performance.now() };
  const factory = (home: string): Promise<Target> => linuxTarget(home, options);
  return checkRealInput(factory, { ...input, ...clock }, progress);
}

/**
 * States that this process may mount.
 *
 * @throws GraphDriverError of code `host`.
 * @internal
 */
export function expectMayMount(streams: CliStreams): void {
  if (streams.geteuid?.() === 0) return;
  throw new GraphDriverError('host', 'mounting an overlay takes root: run it with sudo');
}

async function linuxTarget(
  home: string,
  { profile, backend }: Pick<CheckOptions, 'profile' | 'backend'>,
): Promise<Target> {
  // What the driver logs is part of how it fails, which the check provokes on purpose.
  const writeLog = (): void => undefined;
  const { driver, ports, dispose } = await composeLinux({ home, profile, backend, writeLog });
  return {
    name: 'builtin:linux',
    profile: profile.name,
    home,
    capabilities: { quota: false, label: true, diff: true, onDisk: true },
    driver,
    files: ports.fs,
    kernel: ports.kernel,
    dispose,
  };
}

/**
 * Makes a directory that layers can lie in. Overlays do not stack on overlays, and a container's
 * own temporary directory may be on one.
 *
 * @throws GraphDriverError of code `host` where there is no place.
 * @internal
 */
export async function makeWorkDirectory(parent: string | undefined): Promise<string> {
  const candidates = parent === undefined ? [tmpdir(), '/var/tmp', '/dev/shm'] : [parent];
  for (const candidate of candidates) {
    const { type } = await statfs(candidate);
    if (type !== OVERLAY_MAGIC) return mkdtemp(join(candidate, 'overlay2-ref-check-'));
  }
  const text = `no directory for layers outside an overlay: name one with --home-parent`;
  throw new GraphDriverError('host', text);
}
