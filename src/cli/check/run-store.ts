import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CheckReport } from '../../oracle/report/check-report.js';
import { UsageError } from '../exit-code.js';
import type { CliStreams } from '../streams.js';
import { STORE, withStoreTargets } from '../targets/with-store-targets.js';
import type { CheckOptions } from './check-options.js';
import type { CheckProgress } from './check-progress.js';
import { checkForeignDriver, type ForeignKind } from './run-foreign.js';
import { expectMayMount } from './run-real-input.js';

/**
 * Checks stores behind the command line of `containers-storage` with sequences.
 *
 * @throws UsageError without a directory, or where the program is not installed.
 * @internal
 */
export async function checkStore(
  name: string,
  streams: CliStreams,
  options: CheckOptions,
  progress: CheckProgress,
): Promise<CheckReport | undefined> {
  const homeParent = await directoryOf(name);
  expectMayMount(streams);
  const { profile, timeout } = options;
  const asked = { name, profile, ...(timeout === undefined ? {} : { timeout }) };
  const store: ForeignKind = {
    name: 'a store',
    whyNoTurns: 'nobody can make the calls of another program wait',
    withTargets: (place, work) => withStoreTargets({ ...asked, place }, work),
  };
  return checkForeignDriver(store, streams, { ...options, homeParent }, progress);
}

/**
 * Gives the directory that a target names, absolute.
 *
 * @throws UsageError where there is none.
 * @internal
 */
export async function directoryOf(name: string): Promise<string> {
  const directory = name.slice(STORE.length);
  if (directory === '') throw new UsageError(`${STORE} needs a directory, as ${STORE}DIR`);
  const isThere = await stat(directory).then(
    (it) => it.isDirectory(),
    () => false,
  );
  if (!isThere) throw new UsageError(`${directory} is no directory that stores could be made in`);
  return resolve(directory);
}
