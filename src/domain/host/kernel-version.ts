import { GraphDriverError } from '../errors.js';
import { isInt64 } from '../go/strconv.js';

/**
 * A kernel version; `3.10.0-693.el7` is kernel 3, major 10, minor 0, flavor `-693.el7`.
 *
 * @source moby pkg/parsers/kernel/kernel.go type VersionInfo
 * @public
 * @since 0.1.0
 */
export interface KernelVersion {
  readonly kernel: number;
  readonly major: number;
  readonly minor: number;
  readonly flavor: string;
}

/**
 * A kernel release that starts with no version.
 *
 * @source moby pkg/parsers/kernel/kernel.go ParseRelease
 * @public
 * @since 0.1.0
 */
export class KernelVersionError extends GraphDriverError {
  readonly release: string;

  constructor(release: string) {
    super('kernel-version', `Can't parse kernel version ${release}`);
    this.release = release;
  }
}

/** White space as Go's `Sscanf` skips it before a number or word: a newline stops it. */
const BLANK = String.raw`[\t\v-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*`;
const INTEGER = String.raw`([+-]?\d+)`;
const WORD = String.raw`([^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*)`;

/** What `%d.%d%s` reads. */
const RELEASE = new RegExp(`^${BLANK}${INTEGER}\\.${BLANK}${INTEGER}${BLANK}${WORD}`);

/** What `.%d%s` reads of the word that was left. */
const REST = new RegExp(`^\\.${INTEGER}${WORD}`);

/**
 * Reads the version at the start of a kernel release, as `uname` gives it.
 *
 * @throws {@link KernelVersionError} when it has not two integers joined by a dot.
 * @source moby pkg/parsers/kernel/kernel.go ParseRelease
 * @public
 * @since 0.1.0
 */
export function parseKernelVersion(release: string): KernelVersion {
  const [, first, second, rest = ''] = RELEASE.exec(release) ?? [];
  const kernel = parseInteger(first);
  const major = parseInteger(second);
  if (kernel === undefined || major === undefined) throw new KernelVersionError(release);
  const [, third, flavor = ''] = REST.exec(rest) ?? [];
  const minor = parseInteger(third);
  if (minor === undefined) return { kernel, major, minor: 0, flavor: rest };
  return { kernel, major, minor, flavor };
}

/**
 * Orders two kernel versions by their three integers; the flavor does not count.
 *
 * @returns negative, zero or positive.
 * @source moby pkg/parsers/kernel/kernel.go CompareKernelVersion
 * @public
 * @since 0.1.0
 */
export function compareKernelVersion(
  a: Omit<KernelVersion, 'flavor'>,
  b: Omit<KernelVersion, 'flavor'>,
): number {
  return a.kernel - b.kernel || a.major - b.major || a.minor - b.minor;
}

/** Gives an integer that Go's scanner accepts; undefined when there is none or it overflows. */
function parseInteger(text: string | undefined): number | undefined {
  if (text === undefined || !isInt64(BigInt(text))) return undefined;
  return Number(text);
}
