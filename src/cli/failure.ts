import { GraphDriverError, messageOf, SyscallError } from '../domain/errors.js';
import { goQuote } from '../domain/go/quote.js';
import { EXIT, SIGNAL_EXIT, UsageError } from './exit-code.js';
import { InterruptedError } from './interruption.js';

/**
 * How a command tells that it failed.
 *
 * @internal
 */
export interface Failure {
  readonly exitCode: number;
  /** Stable across releases. */
  readonly code: string;
  /** One line. */
  readonly message: string;
  /** The system call behind it, where there is one. */
  readonly call: SyscallError | undefined;
  /** Only for faults of ours. */
  readonly stack?: string;
}

/** Causes are followed so far; nothing nests deeper unless it is a circle. */
const CAUSES_MAX = 16;
const HOST_CODES: readonly string[] = ['not-supported', 'host'];
const REPORT =
  'this is a fault of overlay2-ref, not of yours: please report it with the lines below, ' +
  'as CONTRIBUTING.md says';

/**
 * Decides how a failure is told and with which exit code.
 *
 * @param error - whatever was thrown.
 * @internal
 */
export function decideFailure(error: unknown): Failure {
  const causes = causesOf(error);
  const call = causes.findLast((cause) => cause instanceof SyscallError);
  const interrupted = causes.find((cause) => cause instanceof InterruptedError);
  if (interrupted !== undefined) {
    const { code, message, signal } = interrupted;
    return { exitCode: SIGNAL_EXIT[signal], code, message, call: undefined };
  }
  if (error instanceof UsageError) {
    return { exitCode: EXIT.USAGE, code: 'usage', message: oneLine(error.message), call };
  }
  if (error instanceof GraphDriverError) {
    const exitCode = HOST_CODES.includes(error.code) ? EXIT.HOST_CANNOT : EXIT.FAILED;
    return { exitCode, code: error.code, message: oneLine(messageWithCall(error, call)), call };
  }
  if (isGoPanic(error)) {
    // The profile is asked to answer as the seed, and the seed answers so.
    const message = oneLine(`panic: ${error.message}`);
    return { exitCode: EXIT.FAILED, code: 'panic', message, call };
  }
  return {
    exitCode: EXIT.OUR_FAULT,
    code: 'internal',
    message: `${oneLine(messageOf(error))} (${REPORT})`,
    call,
    stack: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

/**
 * Gives a text in one line that cannot steer a terminal: what does not print is escaped as Go's
 * `%q` escapes it.
 *
 * @internal
 */
export function oneLine(text: string): string {
  const escape = (character: string): string =>
    character === '"' || character === '\\' ? character : goQuote(character).slice(1, -1);
  return Array.from(text, escape).join('');
}

function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  let cause = error;
  while (cause instanceof Error && causes.length < CAUSES_MAX) {
    causes.push(cause);
    cause = cause.cause;
  }
  return causes;
}

/** Where the seed's text says only what went wrong, the call and the path are added to it. */
function messageWithCall(error: GraphDriverError, call: SyscallError | undefined): string {
  const { message } = error;
  if (call === undefined) return message;
  const { syscall, path, dest, errnoName } = call;
  if (syscall === 'flock') return `${message}: another process uses this home`;
  const isNamed = path === undefined || path === '' || message.includes(path);
  const isBare = message === call.strerror;
  if (isNamed && !isBare) return message;
  const subject = [path, dest].filter((part) => part !== undefined && part !== '').join(' ');
  return `${message} (${subject === '' ? syscall : `${syscall} ${subject}`}: ${errnoName})`;
}

function isGoPanic(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'panic';
}
