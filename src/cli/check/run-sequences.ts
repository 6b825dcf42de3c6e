import { randomInt } from 'node:crypto';
import type { Profile } from '../../domain/profiles/profile.js';
import { type CampaignResult, runCampaign } from '../../oracle/judge/campaign.js';
import { COMPARED } from '../../oracle/judge/compared.js';
import { type CheckReport, reportOf } from '../../oracle/report/check-report.js';
import type { StateSettings } from '../../oracle/report/campaign-state.js';
import type { SequenceTargets, Skip } from '../../oracle/targets/sequence-target.js';
import type { CheckOptions } from './check-options.js';
import type { CheckProgress } from './check-progress.js';
import { expectSame, readState, writeState } from './state-file.js';
import { LEFT_OUT_OF_TRACES, TraceFile } from './trace-file.js';
import { traceFindings } from './trace-findings.js';

const SEED_MAX = 0xffff_ffff;
const MS_PER_SECOND = 1000;
/** In memory nothing waits, so that signals would not be heard without a turn now and then. */
const TURN_EVERY_MS = 50;
/** On a kernel an operation takes milliseconds, in memory a tenth of that. */
const SHRINK_OPERATIONS_MAX = 6000;

/**
 * Runs generated sequences on a target for as long as was asked for.
 *
 * @param timeMs - for how long, where neither time nor number was asked for.
 * @internal
 */
export async function runSequences(
  targets: SequenceTargets,
  options: CheckOptions,
  progress: CheckProgress,
  timeMs: number,
): Promise<CheckReport> {
  const { profile, shard, length, runs, kernel } = options;
  const earlier = await readState(options.state);
  const seed = options.seed ?? earlier?.settings.seed ?? randomInt(SEED_MAX);
  const judgeProfile = judgeOf(options).name;
  const settings = {
    target: targets.name,
    profile: profile.name,
    judgeProfile,
    ...(kernel === undefined ? {} : { kernel }),
    seed,
    lengthMax: length,
  };
  const compares = options.compare === undefined ? {} : { compares: options.compare };
  const same = { ...settings, ...choicesOf(options) };
  if (options.state !== undefined && earlier !== undefined) {
    expectSame(options.state, earlier.settings, same);
  }
  const start = performance.now();
  const end = start + (options.time ?? (runs === undefined ? timeMs : Infinity));
  let turnAt = start;
  const turn = async (what: () => string): Promise<void> => {
    const now = performance.now();
    if (now - turnAt < TURN_EVERY_MS) return;
    await new Promise((resume) => void setImmediate(resume));
    progress.show(what());
    turnAt = performance.now();
  };
  const trace =
    options.trace === undefined ? undefined : new TraceFile(options.trace, earlier !== undefined);
  const restore = withoutStacks();
  try {
    const result = await runCampaign({
      targets,
      judgeProfile,
      seed,
      shard,
      lengthMax: length,
      withFaults: same.faults !== 'off',
      withConcurrency: same.concurrency !== 'off',
      ...compares,
      ...(trace === undefined ? {} : { performOn: trace.recorderOf(targets, judgeProfile) }),
      ...(runs === undefined ? {} : { runs }),
      ...(earlier === undefined ? {} : { from: earlier.result }),
      isOver: () => progress.signal !== undefined || performance.now() >= end,
      shrinkOperationsMax: SHRINK_OPERATIONS_MAX,
      progress: (state) => turn(() => formatState(state, performance.now() - start)),
    });
    const seconds = (earlier?.seconds ?? 0) + (performance.now() - start) / MS_PER_SECOND;
    const interrupted = progress.signal !== undefined;
    if (options.state !== undefined) {
      const state = { settings: same, seconds, result };
      await writeState(options.state, interrupted ? state : undefined);
    }
    const campaign = { targets, judgeProfile, seed, ...compares };
    const looking = (): Promise<void> => turn(() => 'looking at what was found');
    const traces = await traceFindings(campaign, result.findings, looking);
    const skips = [...(targets.skips?.() ?? []), ...leftOut(options)];
    const report = reportOf(settings, shard, result, seconds, traces, skips);
    return interrupted ? { ...report, interrupted } : report;
  } finally {
    restore();
    trace?.close();
  }
}

/**
 * Gives the profile whose rules a driver is held to.
 *
 * @internal
 */
function judgeOf({ profile, judgeProfile }: CheckOptions): Profile {
  return judgeProfile ?? profile;
}

/** What has to be the same where an interrupted check goes on, beside the settings. */
function choicesOf(
  options: CheckOptions,
): Pick<StateSettings, 'compare' | 'concurrency' | 'faults' | 'shard'> {
  const { shard, trace, compare } = options;
  // A history has no word for calls that fail on purpose, nor for schedules.
  const { faults = 'sampled', concurrency = 'sampled' } =
    trace === undefined ? options : ({ faults: 'off', concurrency: 'off' } as const);
  return {
    shard: `${shard.index}/${shard.of}`,
    faults,
    concurrency,
    ...(compare === undefined ? {} : { compare: [...compare].join(',') }),
  };
}

/** What was asked to be left out, or had to be for what was asked. */
function leftOut({ compare, trace }: CheckOptions): readonly Skip[] {
  const reason = 'not compared, as was asked for';
  const left = COMPARED.filter((one) => compare?.has(one) === false);
  const skips = left.map((what) => ({ what, reason }));
  return trace === undefined ? skips : [...LEFT_OUT_OF_TRACES, ...skips];
}

function formatState({ sequences, findings }: CampaignResult, ms: number): string {
  const rate = Math.round((sequences / ms) * MS_PER_SECOND);
  const found = findings.size === 0 ? '' : `, ${findings.size} faults`;
  return `${sequences} sequences, ${rate} a second${found}`;
}

/** Sequences fail on purpose, thousands of times a second; nobody reads those stacks. */
function withoutStacks(): () => void {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = before;
  };
}
