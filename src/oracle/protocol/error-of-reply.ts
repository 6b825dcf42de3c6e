import { GraphDriverError, SyscallError } from '../../domain/errors.js';
import { ERRNO, type ErrnoName, errnoText } from '../../domain/go/errno.js';
import { errnoNamed, type ReplyError } from './reply.js';

/** Texts of Go drivers that tell an error class, the first that matches. */
const CLASSES: readonly (readonly [text: RegExp, code: string])[] = [
  [/^panic: |^runtime error: /, 'panic'],
  [/^max depth exceeded$/, 'max-depth'],
  [/^invalid size: /, 'size'],
  [/^strconv\./, 'number'],
  [/^cannot mount layer, mount label too large /, 'label-too-large'],
  [/^--storage-opt |^storage-opt |^Unknown option |^overlay2?: /i, 'option'],
  [/^refusing to remove the directories: id is empty$/, 'empty-id'],
  [/^Error processing tar file\(|^ApplyLayer |^Error setting up pivot dir/, 'archive'],
  [/^Error after fallback to chroot|^archive\/tar: |^Invalid aufs hardlink/, 'archive'],
  [/^Empty archive$|^unhandled tar header type /, 'archive'],
  [/^Filesystem does not support, or has not enabled quotas$/, 'quota-not-supported'],
];

/** The class of a failure that nothing is known of. */
const UNKNOWN = 'unknown';

const NAME_OF_TEXT: ReadonlyMap<string, ErrnoName> = new Map(
  (Object.keys(ERRNO) as ErrnoName[]).map((name) => [errnoText(ERRNO[name]), name]),
);

/**
 * Gives the failure that a reply tells as the error that a driver of this program would have
 * thrown. The errno is the reply's, else the one whose text of Go the message ends in; the class is
 * the reply's, else the one that the message tells, else that of a failed system call where there
 * is an errno.
 *
 * @internal
 */
export function errorOfReply({ message, errno, code }: ReplyError): GraphDriverError {
  const name = errno === undefined ? errnoOfText(message) : errnoNamed(errno);
  const told = code ?? classOfText(message);
  if (name === undefined) return new GraphDriverError(told ?? UNKNOWN, message);
  const call = new SyscallError({ errno: ERRNO[name], syscall: '' }, message);
  if (told === undefined || told === 'syscall') return call;
  return new GraphDriverError(told, message, { cause: call });
}

/**
 * Gives the errno whose text of Go a message ends in.
 *
 * @internal
 */
function errnoOfText(message: string): ErrnoName | undefined {
  const text = message.trimEnd();
  return NAME_OF_TEXT.get(text) ?? NAME_OF_TEXT.get(text.slice(text.lastIndexOf(': ') + 2));
}

/**
 * Gives the error class that a message of a Go driver tells.
 *
 * @internal
 */
function classOfText(message: string): string | undefined {
  return CLASSES.find(([text]) => text.test(message))?.[1];
}
