import type { SoundOperation } from '../commands/operation.js';
import type { LayerStoreModel } from '../model/model.js';
import type { SequenceTarget } from '../targets/sequence-target.js';
import { takePicture } from './home-picture.js';

/** What makes a driver probe the kernel once, so that it makes other calls afterwards. */
const PROBING: readonly string[] = ['status', 'diff', 'diffSize', 'apply', 'transfer'];

/**
 * Tells the state that a run has reached: the home without times and chance, what only the driver
 * remembers, as the model has it, and whether it has probed the kernel.
 *
 * @returns a text that is the same for states that no call can tell apart.
 * @throws SyscallError
 * @internal
 */
export async function stateDigest(
  target: SequenceTarget,
  model: LayerStoreModel,
  operations: readonly SoundOperation[],
): Promise<string> {
  const { view, entries } = await takePicture(target.files, target.home);
  const contents = [...entries]
    .filter(([path]) => path.includes('/diff/'))
    .map(([path, told]) => `${path} ${told.replace(/"mtime":\[[^\]]*\]/, '')}`);
  const parts = [JSON.stringify(view), ...contents, model.memory(), String(hasProbed(operations))];
  return hash(parts.join('\n'));
}

function hasProbed(operations: readonly SoundOperation[]): boolean {
  const since = operations.findLastIndex(({ op }) => op === 'restart');
  return operations.slice(since + 1).some(({ op }) => PROBING.includes(op));
}

const HASH_START = 0xcbf29ce484222325n;
const HASH_PRIME = 0x100000001b3n;
const HASH_MASK = 0xffff_ffff_ffff_ffffn;

/** FNV-1a of 64 bits: short enough to keep by the thousand, and the same on every system. */
function hash(text: string): string {
  let value = HASH_START;
  for (let i = 0; i < text.length; i++) {
    value = ((value ^ BigInt(text.charCodeAt(i))) * HASH_PRIME) & HASH_MASK;
  }
  return value.toString(36);
}
