import type { CheckReport } from '../../oracle/report/check-report.js';
import type { CliStreams } from '../streams.js';
import { withProgramTargets } from '../targets/with-program-targets.js';
import type { CheckOptions } from './check-options.js';
import type { CheckProgress } from './check-progress.js';
import { expectStrace } from './expect-strace.js';
import { checkForeignDriver, type ForeignKind } from './run-foreign.js';

/**
 * Checks the driver behind a program with sequences.
 *
 * @throws Divergence where it does not say hello as the protocol has it.
 * @internal
 */
export async function checkProgram(
  name: string,
  streams: CliStreams,
  options: CheckOptions,
  progress: CheckProgress,
): Promise<CheckReport | undefined> {
  const { profile, timeout, mountdata: mountData } = options;
  expectStrace(options);
  const asked = {
    name,
    profile,
    streams,
    ...(timeout === undefined ? {} : { timeout }),
    ...(mountData === undefined ? {} : { mountData }),
  };
  const program: ForeignKind = {
    name: 'a program',
    canFail: true,
    whyNoTurns: 'the protocol has one request at a time',
    withTargets: (place, work) => withProgramTargets({ ...asked, place }, work),
  };
  return checkForeignDriver(program, streams, options, progress);
}
