import type { GraphDriverError } from '../../../domain/errors.js';
import { errorOfReply } from '../../protocol/error-of-reply.js';

/** Lines of the log, of whoever wrote any. */
const LOG_LINES = /time="[^"]*" level=\w+ msg="(?:[^"\\]|\\.)*"(?: \w+=\S*)*\n?/g;
/** What the commands put behind a failure of theirs. */
const BEHIND = / (?:while (?:un)?mounting|checking if) .*$/s;
/** What the process that unpacks says, and what came of it. */
const UNPACKING = /^processing tar file\((.*)\): (.*)$/s;

/**
 * What the program says of a failure, by error class, the first that matches.
 *
 * @source containers/storage errors.go, drivers/overlay/overlay.go
 */
const CLASSES: readonly (readonly [text: RegExp, code: string])[] = [
  [/^layer not known$/, 'unknown-layer'],
  [/^that ID is already in use$/, 'id-in-use'],
  [/: layer has children$/, 'has-children'],
  [/: identifier is not a layer$/, 'unknown-layer'],
  [/^file integrity checksum failed for /, 'integrity'],
];

/**
 * Gives what `containers-storage` says of a failure as the error that a driver would have thrown.
 *
 * @param stderr - everything that it wrote to standard error.
 * @internal
 */
export function failureOfStore(stderr: string): GraphDriverError {
  const message = stderr.replaceAll(LOG_LINES, '').trim().replace(BEHIND, '').trim();
  const [, said, end = ''] = UNPACKING.exec(message) ?? [];
  if (said !== undefined) return errorOfReply({ message: said || end, code: 'archive' });
  const code = CLASSES.find(([text]) => text.test(message))?.[1];
  return errorOfReply({ message, ...(code === undefined ? {} : { code }) });
}
