import type { Mend } from './mend.js';
import type { FsckRuleId } from './rules.js';

/**
 * One thing that is wrong in a home: the rule that it breaks, and where.
 *
 * @public
 * @since 0.1.0
 */
export interface Flaw {
  readonly rule: FsckRuleId;
  /** The layer that it concerns; absent where it is the home's. */
  readonly layer?: string;
  /** Relative to the home; `.` is the home. */
  readonly path: string;
  /** What was found, in one sentence without a full stop. */
  readonly found: string;
  /** What would put it right without loss; absent where nothing would. */
  readonly mend?: Mend;
  /** Why the mend must not be done while layers are mounted; absent where it may. */
  readonly risk?: string;
}

/**
 * Tells two findings apart, whenever they were made.
 *
 * @public
 * @since 0.1.0
 */
export function flawKey({ rule, path, found }: Flaw): string {
  return `${rule}\n${path}\n${found}`;
}
