import { GraphDriverError, SyscallError } from '../../domain/errors.js';
import type { Failure } from './answer.js';

const CAUSES_MAX = 8;

/**
 * Tells an error as an answer. What is no error of the driver's is its own class, `internal`, which
 * no model allows, so that a mistake in a driver is told like any other divergence; a panic of the
 * seed carries its code.
 *
 * @throws the same value where it ends the run: a planned crash, an interruption, no
 *   reply; and where a target skips the operation.
 * @internal
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof GraphDriverError && !endsTheRun(error)) {
    const errno = errnoOf(error);
    const { code, message } = error;
    return errno === undefined ? { ok: false, code, message } : { ok: false, code, errno, message };
  }
  if (!(error instanceof Error) || endsTheRun(error)) throw error;
  if ('code' in error && error.code === 'panic') {
    return { ok: false, code: 'panic', message: error.message };
  }
  return { ok: false, code: 'internal', message: `${error.name}: ${error.message}` };
}

/** The errno of a failed call, or of the nearest one behind the failure. */
function errnoOf(error: GraphDriverError): string | undefined {
  let cause: unknown = error;
  for (let depth = 0; depth < CAUSES_MAX; depth++) {
    if (cause instanceof SyscallError) return cause.errnoName;
    if (!(cause instanceof Error)) return undefined;
    cause = cause.cause;
  }
  return undefined;
}

function endsTheRun({ name }: Error): boolean {
  return ENDINGS.has(name);
}

const ENDINGS: ReadonlySet<string> = new Set([
  'CrashError',
  'InterruptedError',
  'ProtocolFault',
  'SkippedOperation',
]);
