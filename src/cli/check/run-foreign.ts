import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckReport } from '../../oracle/report/check-report.js';
import type { SequenceTargets, Skip } from '../../oracle/targets/sequence-target.js';
import type { CliStreams } from '../streams.js';
import type { CheckOptions } from './check-options.js';
import type { CheckProgress } from './check-progress.js';
import { makeWorkDirectory } from './run-real-input.js';
import { runSequences } from './run-sequences.js';

/** How long sequences run where nobody says, in milliseconds. */
const FOREIGN_MS = 20_000;

/** What kind of driver of somebody else's is judged. */
export interface ForeignKind {
  /** `a program`, `a plugin` */
  readonly name: string;
  /** Whether calls of it can be made to fail, where somebody asks for it. */
  readonly canFail?: boolean;
  /** Why its callers cannot be made to take turns. */
  readonly whyNoTurns: string;
  /** Makes targets whose homes lie in a directory, and ends them after their use. */
  withTargets(
    place: string,
    work: (targets: SequenceTargets) => Promise<CheckReport>,
  ): Promise<CheckReport>;
}

/**
 * Checks a driver of somebody else's with sequences; what it cannot be asked for is told.
 *
 * @internal
 */
export async function checkForeignDriver(
  kind: ForeignKind,
  streams: CliStreams,
  options: CheckOptions,
  progress: CheckProgress,
): Promise<CheckReport | undefined> {
  if (options.runs === 0) return undefined;
  const directory = await makeWorkDirectory(options.homeParent);
  try {
    const place = join(directory, 'sequences');
    await mkdir(place);
    return await kind.withTargets(place, async (targets) => {
      const { faults: asked = 'off' } = options;
      const faults = kind.canFail === true ? asked : 'off';
      const sound = { ...options, faults, concurrency: 'off' } as const;
      const report = await runSequences(targets, sound, progress, FOREIGN_MS);
      return { ...report, skipped: [...leftOut(kind, faults), ...(report.skipped ?? [])] };
    });
  } finally {
    if (options.keep === true) streams.stderr.write(`kept ${directory}\n`);
    else await rm(directory, { recursive: true, force: true });
  }
}

function leftOut(
  { name, whyNoTurns, canFail }: ForeignKind,
  faults: 'off' | 'sampled',
): readonly Skip[] {
  const reason =
    canFail === true ? 'not asked for' : 'nobody can reach into the calls of another program';
  return [
    { what: 'real files', reason: `${name} is judged with sequences` },
    faults === 'off'
      ? { what: 'calls that fail and processes that end (--faults sampled)', reason }
      : { what: 'losses of power (--faults)', reason: 'a program is killed instead' },
    { what: 'callers that take turns (--concurrency)', reason: whyNoTurns },
  ];
}
