import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Answer } from '../commands/answer.js';
import type { UncommonKernel } from '../store/uncommon-kernel.js';
import type { ProfileFacts } from '../store/profile-facts.js';
import { type Check, expectNothing } from '../store/values.js';

/**
 * What the answers depend on beside the operations.
 *
 * @public
 * @since 0.1.0
 */
export interface World extends UncommonKernel {
  /** Absolute path of the home. */
  readonly home: string;
  /** What Status calls the file system below. */
  readonly backingFs: string;
  /** Bytes that the kernel reads of mount data, its NUL included. */
  readonly pageSize: number;
  /** False where mounts take one option a call, so that strict knows no page. */
  readonly pageLimited: boolean;
  /** Whether the kernel knows `index`, so that mounts ask for `index=off`. */
  readonly indexOff: boolean;
  /** What the native-diff probe finds. */
  readonly nativeDiff: boolean;
  /** Whether project quotas work. */
  readonly quota: boolean;
  /** Whether mounts may carry a label. */
  readonly labels: boolean;
  /** Whether the kernel links its whiteouts together, since 5.8. */
  readonly sharedWhiteouts: boolean;
  readonly umask: number;
}

/** What is known before any question is asked. */
export interface Rules extends ProfileFacts {
  readonly profile: ProfileName;
  readonly world: World;
}

/**
 * One answer that is allowed, and what it does to the model.
 *
 * @public
 * @since 0.1.0
 */
export interface Allowed {
  /** Names the cell of the coverage table, together with the operation. */
  readonly outcome: string;
  /** The quirk or rule that says so. */
  readonly rule?: string | undefined;
  /** Present where the operation fails; an absent part is not determined. */
  readonly failure?: { readonly code?: string; readonly errno?: string };
  /** Any answer is allowed: the model cannot say. */
  readonly blind?: boolean;
  /** Tells what is wrong with what a success gave; nothing where it is right. */
  readonly check?: Check | undefined;
  /** Moves the model on. */
  readonly move?: ((answer: Answer) => void) | undefined;
}

/** A failure by its errno. */
export function errno(name: string, rule?: string, move?: () => void): Allowed {
  return { outcome: name, failure: { code: 'syscall', errno: name }, rule, move };
}

/** A failure by its error class. */
export function refusal(code: string, rule?: string, move?: () => void): Allowed {
  return { outcome: code, failure: { code }, rule, move };
}

/** A success that gives nothing. */
export function done(outcome: string, move?: () => void): Allowed {
  return { outcome, check: expectNothing, move };
}

/** Anything: what follows from damage that is beyond the model. */
export function anything(rule: string, move?: (answer: Answer) => void): Allowed {
  return { outcome: 'any', rule, blind: true, move };
}
