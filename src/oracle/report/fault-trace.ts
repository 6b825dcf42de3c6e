/**
 * What a fault's shortest sequence did when it was run once more and looked at: the part of a
 * report that people read. Reports that lack it are whole.
 */

/** One mount that an operation asked for. */
export interface ReportedMount {
  readonly target: string;
  /** Where relative paths of it start. */
  readonly cwd?: string;
  readonly flags: number;
  readonly data: string;
  /** Bytes of `data`, without the NUL that the kernel needs besides. */
  readonly dataBytes: number;
}

/** What was made to go wrong in an operation. */
export interface ReportedPlan {
  /** As a person tells it. */
  readonly told: string;
  readonly fault: 'fail' | 'crash';
  /** Which of the operation's calls, from 1. */
  readonly at: number;
  /** The call itself; `''` where it did not come. */
  readonly call: string;
}

/** What became of an operation. */
export type StepMark = 'as allowed' | 'not judged' | 'gone wrong' | 'diverges';

/** One operation of the sequence. */
export interface ReportedStep {
  readonly told: string;
  readonly answer: string;
  readonly mark: StepMark;
  readonly plan?: ReportedPlan;
  /** Layers whose state is another than before: what they are now, `''` for gone. */
  readonly changed: Readonly<Record<string, string>>;
  readonly mounts: readonly ReportedMount[];
}

/** An answer that would have been right. */
export interface AllowedAnswer {
  readonly ok: boolean;
  /** Of a failure, where they are determined. */
  readonly code?: string;
  readonly errno?: string;
}

/** One path of the home that the last operation changed. */
export interface ChangedPath {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** A home before and after the last operation, as `homeLines` draws it. */
export interface ReportedHomes {
  readonly before: readonly string[];
  /** What it had to be; absent where nobody can say. */
  readonly expected?: readonly string[];
  readonly after: readonly string[];
  /** Whether long lines were cut. */
  readonly isCut?: boolean;
}

/**
 * How the shortest sequence went.
 *
 * @public
 * @since 0.1.0
 */
export interface FaultTrace {
  /** Whether it showed the same fault again. */
  readonly isSame: boolean;
  readonly steps: readonly ReportedStep[];
  readonly homes: ReportedHomes;
  /** What the last operation might have answered; empty where anything. */
  readonly allowed: readonly AllowedAnswer[];
  readonly disk: readonly ChangedPath[];
  /** How many more paths were changed than are told. */
  readonly diskLeftOut: number;
  /** Bytes that the kernel reads of mount data, its NUL included. */
  readonly pageSize: number;
}
