import { decideFailure, type Failure, oneLine } from './failure.js';
import { CommandExit, EXIT } from './exit-code.js';
import { toJson, writeTo } from './output.js';
import type { CliStreams } from './streams.js';

/**
 * What failed, and how its caller reads.
 *
 * @internal
 */
export interface FailedOperation {
  /** What the line begins with: `overlay2-ref layer mount ID`. */
  readonly label: string;
  readonly json: boolean;
  /** What else there is to say about it. */
  readonly reasons?: readonly string[];
}

/**
 * Tells of a failure on standard error: one line, or with `--json` one document. A stack follows
 * only where the fault is ours.
 *
 * @returns the exit code.
 * @internal
 */
export async function reportFailure(
  error: unknown,
  streams: CliStreams,
  { label, json, reasons = [] }: FailedOperation,
): Promise<number> {
  if (error instanceof CommandExit) return error.exitCode;
  const failure = withReasons(decideFailure(error), reasons);
  const text = json ? toJson(documentOf(failure)) : `${label}: ${failure.message}`;
  const stack = failure.stack === undefined || json ? '' : `${failure.stack}\n`;
  try {
    await writeTo(streams.stderr, `${text}\n${stack}`, 'standard error');
  } catch (cause) {
    // Nobody listens; the exit code still tells.
    return cause instanceof CommandExit ? failure.exitCode : EXIT.FAILED;
  }
  return failure.exitCode;
}

function withReasons(failure: Failure, reasons: readonly string[]): Failure {
  if (reasons.length === 0) return failure;
  return { ...failure, message: `${failure.message} (${oneLine(reasons.join('; '))})` };
}

function documentOf({ code, message, call, stack }: Failure): object {
  return {
    error: {
      code,
      message,
      ...(call === undefined ? {} : describe(call)),
      ...(stack === undefined ? {} : { stack }),
    },
  };
}

function describe(call: NonNullable<Failure['call']>): object {
  const { errno, errnoName, syscall, path } = call;
  return { errno, errnoName, syscall, ...(path === undefined ? {} : { path }) };
}
