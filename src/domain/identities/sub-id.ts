import { GraphDriverError, messageOf } from '../errors.js';
import { scanLines } from '../go/lines.js';
import { atoi } from '../go/strconv.js';
import { trimSpace } from '../go/trim.js';

/**
 * Host ids that a user may hand to containers.
 *
 * @source moby pkg/idtools/idtools.go type subIDRange
 * @public
 * @since 0.1.0
 */
export interface SubIdRange {
  readonly start: number;
  readonly length: number;
}

/**
 * A sub-id file that cannot be read as one.
 *
 * @source moby pkg/idtools/idtools.go parseSubidFile
 * @public
 * @since 0.1.0
 */
export class SubIdError extends GraphDriverError {
  constructor(message: string, options?: ErrorOptions) {
    super('sub-id', message, options);
  }
}

/**
 * Reads the ranges of one user from `/etc/subuid` or `/etc/subgid`: lines of `name:start:length`,
 * blank ones and those that start with `#` left out.
 *
 * @param fileName - the path that error texts name.
 * @param userName - whose ranges are wanted; `ALL` for everybody's.
 * @throws {@link SubIdError} for a line of another shape, or a line of the user's with a number
 *   that is none, or a line of 64 KiB.
 * @source moby pkg/idtools/idtools.go parseSubidFile
 * @public
 * @since 0.1.0
 */
export function parseSubIds(text: string, fileName: string, userName: string): SubIdRange[] {
  const { lines, tooLong } = scanLines(text);
  const ranges: SubIdRange[] = [];
  for (const line of lines.map(trimSpace)) {
    if (line === '' || line.startsWith('#')) continue;
    const [name = '', start, length, ...more] = line.split(':');
    if (start === undefined || length === undefined || more.length > 0) {
      throw new SubIdError(
        `Cannot parse subuid/gid information: Format not correct for ${fileName} file`,
      );
    }
    if (name !== userName && userName !== 'ALL') continue;
    ranges.push({ start: parseId(start, fileName), length: parseId(length, fileName) });
  }
  if (tooLong) throw new SubIdError('bufio.Scanner: token too long');
  return ranges;
}

function parseId(text: string, fileName: string): number {
  try {
    return Number(atoi(text));
  } catch (cause) {
    throw new SubIdError(
      `String to int conversion failed during subuid/gid parsing of ${fileName}: ` +
        messageOf(cause),
      { cause },
    );
  }
}
