/**
 * Scenarios: sequences of driver calls and file operations, written as data in `test/scenarios`,
 * and what the pinned driver answered to them, in `test/fixtures/scenarios`. This plays a scenario
 * on a driver under test and gives its answers in the recorded form.
 */
import { playDriverStep } from './scenario-driver-steps.js';
import { playFileStep } from './scenario-file-steps.js';
import { canonicalAnswers, type Answer, type LogLine } from './scenario-canonical.js';
import { StepFailure, type Stage } from './scenario-stage.js';
import type { ArchiveText, ScenarioHost, Step } from './scenario-types.js';

/** What a step that has nothing to tell answers. */
const DONE = 'done';

/** One scenario on one home. */
export interface Play {
  readonly host: ScenarioHost;
  readonly home: string;
  readonly steps: readonly Step[];
  /** The archives for ApplyDiff, by step: the recorded ones, since the writer is under test. */
  readonly given: ReadonlyMap<number, Uint8Array>;
}

/** Plays a scenario and gives one canonical answer a step. */
export async function runScenario({ host, home, steps, given }: Play): Promise<Answer[]> {
  const stage: Stage = {
    host,
    files: host.files,
    home,
    startSeconds: Math.floor(Date.now() / 1000),
    drivers: new Map(),
    options: new Map(),
    handles: new Map(),
    given,
  };
  const answers: Answer[] = [];
  for (const [number, step] of steps.entries()) {
    host.takeLogs();
    const outcome = await playStep(stage, step, number);
    const logs: readonly LogLine[] = host.takeLogs();
    answers.push({ step: number, ...outcome, ...(logs.length > 0 ? { logs } : {}) });
  }
  return canonicalAnswers(steps, answers, home);
}

async function playStep(stage: Stage, step: Step, number: number): Promise<Partial<Answer>> {
  try {
    const played = await playDriverStep(stage, step, number);
    const result = played === undefined ? await playFileStep(stage, step) : played;
    return { ok: result ?? DONE };
  } catch (error) {
    return describeFailure(error);
  }
}

function describeFailure(error: unknown): Partial<Answer> {
  if (error instanceof StepFailure) return { ...describeFailure(error.cause), also: error.also };
  if (!(error instanceof Error)) throw error;
  const { message } = error;
  if ('code' in error && error.code === 'panic') return { panic: message };
  // An error that is no answer of a driver or a file system is the harness's own mistake.
  if (!('code' in error)) throw error;
  const errno = 'errnoName' in error ? { errno: String(error.errnoName) } : {};
  return { error: { message, ...errno } };
}

/** Gives the archives that a recorded scenario's ApplyDiff calls were given, by step. */
export function givenArchives(
  answers: readonly Answer[],
  unpack: (archive: ArchiveText) => Uint8Array,
): Map<number, Uint8Array> {
  const given = new Map<number, Uint8Array>();
  for (const { step, ok, also } of answers) {
    const told = (ok ?? also) as { archive?: ArchiveText; size?: string } | undefined;
    if (told?.size !== undefined && told.archive !== undefined) {
      given.set(step, unpack(told.archive));
    }
  }
  return given;
}
