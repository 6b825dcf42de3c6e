import type { Command } from 'commander';
import type { CliStreams } from '../streams.js';
import { registerApply } from './apply.js';
import { registerChanges } from './changes.js';
import { registerCreate } from './create.js';
import { registerDiffSize } from './diffsize.js';
import { registerDiff } from './diff.js';
import { registerInspect } from './inspect.js';
import { registerLs } from './ls.js';
import { registerMount } from './mount.js';
import { registerRm } from './rm.js';
import { registerStatus } from './status.js';
import { registerUmount } from './umount.js';

/** Each adds one command, in the order of the help text. */
const COMMANDS: readonly ((layer: Command, streams: CliStreams) => void)[] = [
  registerCreate,
  registerApply,
  registerDiff,
  registerDiffSize,
  registerChanges,
  registerMount,
  registerUmount,
  registerRm,
  registerLs,
  registerInspect,
  registerStatus,
];

/**
 * Adds `layer` and its commands.
 *
 * @internal
 */
export function registerLayer(program: Command, streams: CliStreams): void {
  const layer = program.command('layer').description('work on the layers of one home');
  for (const register of COMMANDS) register(layer, streams);
}
