import type { ProfileName } from '../../domain/profiles/profile.js';
import type { CampaignResult, Finding } from '../judge/campaign.js';
import { type Compared, comparedBy } from '../judge/compared.js';
import type { Difference, DivergenceKind } from '../judge/divergence.js';
import { formatAnswer } from '../judge/divergence.js';
import type { Skip } from '../targets/sequence-target.js';
import type { FaultTrace } from './fault-trace.js';
import { formatCallers, formatOperation } from './format-operation.js';
import type { KnownDisagreement } from './known-disagreement.js';
import { encodeReplay, type Replay } from './replay-token.js';
import { reproScript } from './repro-script.js';

/** The version of the report's form. */
export const REPORT_VERSION = 1;

/** What was run, beside the seed. */
export interface RunSettings {
  readonly target: string;
  readonly profile: ProfileName;
  readonly judgeProfile: ProfileName;
  readonly kernel?: string;
  readonly seed: number;
  readonly lengthMax: number;
}

/** One fault, as data. */
export interface ReportedFault {
  readonly fault: string;
  readonly rule: string;
  readonly kind: DivergenceKind;
  readonly signature: string;
  /** How many sequences showed it. */
  readonly count: number;
  /** Which of the seed's sequences showed it first, and how many had been run then. */
  readonly index: number;
  readonly afterSequences: number;
  readonly foundOperations: number;
  /** The shortest sequence, an operation a line. */
  readonly steps: readonly string[];
  /** What callers did at a time, a column for each. */
  readonly interleaving?: readonly string[];
  /** What the last of them answered. */
  readonly answer: string;
  readonly differences: readonly Difference[];
  /** What was compared when it was found; absent where it was something else. */
  readonly compared?: Compared;
  readonly replay: string;
  readonly script: string;
  /** How the shortest sequence went; absent where nobody has looked. */
  readonly trace?: FaultTrace;
  /** Why it is let pass; absent where it is not known. */
  readonly known?: { readonly reason: string; readonly link?: string };
}

/**
 * What a check found, as data; reports of shards merge.
 *
 * @public
 * @since 0.1.0
 */
export interface CheckReport extends RunSettings {
  readonly version: number;
  /** `1/4` and the like; several where reports were merged. */
  readonly shards: readonly string[];
  readonly agrees: boolean;
  readonly sequences: number;
  readonly operations: number;
  /** Operations that the model could not judge. */
  readonly blind: number;
  /** Seconds of work, added up over the shards. */
  readonly seconds: number;
  readonly cells: Readonly<Record<string, number>>;
  readonly faults: readonly ReportedFault[];
  /** What was not done or not judged, and why, each once; absent where nothing was left out. */
  readonly skipped?: readonly Skip[];
  /** Whether somebody ended it before its time. */
  readonly interrupted?: boolean;
  /** Disagreements that are listed as known and did not happen; absent where none were listed. */
  readonly stale?: readonly KnownDisagreement[];
}

/**
 * Gives what a campaign did as a report.
 *
 * @param traces - how the shortest sequences went, by fault.
 * @param skipped - what was not done or not judged.
 * @internal
 */
export function reportOf(
  settings: RunSettings,
  shard: { readonly index: number; readonly of: number },
  result: CampaignResult,
  seconds: number,
  traces: ReadonlyMap<string, FaultTrace> = new Map(),
  skipped: readonly Skip[] = [],
): CheckReport {
  const { sequences, operations, blind, cells, findings } = result;
  return {
    version: REPORT_VERSION,
    ...settings,
    shards: [`${shard.index}/${shard.of}`],
    agrees: findings.size === 0,
    sequences,
    operations,
    blind,
    seconds,
    cells: Object.fromEntries([...cells].sort(([a], [b]) => (a < b ? -1 : 1))),
    faults: [...findings.values()].map((finding) => {
      return reportFault(settings, finding, traces.get(finding.fault));
    }),
    ...(skipped.length === 0 ? {} : { skipped }),
  };
}

function reportFault(
  settings: RunSettings,
  finding: Finding,
  trace: FaultTrace | undefined,
): ReportedFault {
  const { target, profile, judgeProfile, kernel, seed } = settings;
  const { divergence, sequence, fault, count, index, afterSequences, foundOperations } = finding;
  const { rule, kind, signature, answer, differences, interleaving } = divergence;
  const compared = comparedBy(divergence);
  const replay: Replay = {
    target,
    profile,
    judgeProfile,
    ...(kernel === undefined ? {} : { kernel }),
    seed,
    index,
    sequence,
  };
  const token = encodeReplay(replay);
  return {
    fault,
    rule,
    kind,
    signature,
    count,
    index,
    afterSequences,
    foundOperations,
    steps: [...sequence.operations.map(formatOperation), ...formatCallers(sequence)],
    ...(interleaving === undefined ? {} : { interleaving }),
    answer: formatAnswer(answer),
    differences,
    ...(compared === undefined ? {} : { compared }),
    replay: token,
    script: reproScript(sequence, { profile, replay: token }),
    ...(trace === undefined ? {} : { trace }),
  };
}
