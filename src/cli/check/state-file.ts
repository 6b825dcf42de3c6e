import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import {
  type CampaignState,
  differentSetting,
  readCampaign,
  type StateSettings,
  writeCampaign,
} from '../../oracle/report/campaign-state.js';
import { UsageError } from '../exit-code.js';

/**
 * Reads how far a check was when it was interrupted.
 *
 * @returns nothing where the file is not there, so that the check begins.
 * @throws UsageError where it cannot be read or is no such file.
 * @internal
 */
export async function readState(file: string | undefined): Promise<CampaignState | undefined> {
  if (file === undefined) return undefined;
  try {
    return readCampaign(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UsageError(messageOf(error));
  }
}

/**
 * States that a check goes on as it began.
 *
 * @throws UsageError where a setting is another one.
 * @internal
 */
export function expectSame(file: string, before: StateSettings, now: StateSettings): void {
  const key = differentSetting(before, now);
  if (key === undefined) return;
  const [was, is] = [String(before[key]), String(now[key])];
  throw new UsageError(`${file} is of another check: ${key} was ${was} and is ${is}`);
}

/**
 * Writes how far a check is, whole or not at all; a check that came to its end has no state.
 *
 * @throws GraphDriverError of code `output` where it cannot be written.
 * @internal
 */
export async function writeState(file: string, state: CampaignState | undefined): Promise<void> {
  try {
    if (state === undefined) {
      await rm(file, { force: true });
      return;
    }
    await writeFile(`${file}.new`, writeCampaign(state));
    await rename(`${file}.new`, file);
  } catch (error) {
    throw new GraphDriverError('output', `write ${file}: ${messageOf(error)}`, { cause: error });
  }
}
