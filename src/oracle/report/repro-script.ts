import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Sequence } from '../commands/sequence.js';
import { shellScript } from './shell-script.js';
import { storeScript } from './store-script.js';

/**
 * Gives a sequence as a shell script, of the commands of whoever answers as a profile has it.
 *
 * @internal
 */
export function reproScript(
  sequence: Sequence,
  told: { readonly profile: ProfileName; readonly replay: string },
): string {
  const isStore = told.profile === 'containers-storage';
  return isStore ? storeScript(sequence, told.replay) : shellScript(sequence, told);
}
