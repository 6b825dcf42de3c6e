import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { TreeEntry } from '../../commands/answer.js';
import type { World } from '../../model/facts.js';
import type { Difference } from '../divergence.js';
import type { LawText } from './law.js';

/** What came of an archive that was applied to a new child of the same parent. */
export interface AppliedDiff {
  /** `native diff, native apply` and the like. */
  readonly how: string;
  /** What the child shows; absent where the archive was refused. */
  readonly tree?: readonly TreeEntry[];
  /** Why it was refused. */
  readonly refused?: string;
}

/**
 * What a driver and its files tell of one layer and its parent when they are asked for all of it.
 * What it refuses is absent: whether it may is a question for the model.
 */
export interface LayerFacts {
  readonly profile: ProfileName;
  readonly world: Pick<World, 'nativeDiff'>;
  readonly id: string;
  /** Directly below; `''` for none. */
  readonly parent: string;
  /** What the parent shows; its root alone where there is none. */
  readonly before: readonly TreeEntry[];
  readonly after: readonly TreeEntry[];
  /** The layer's own `diff`. */
  readonly own: readonly TreeEntry[];
  readonly changes?: readonly string[];
  /** Bytes, by the layer's parent, and by another layer that shows the same. */
  readonly nativeSize?: string;
  readonly naiveSize?: string;
  readonly applied: readonly AppliedDiff[];
}

/**
 * Something that holds of every layer between two operations, told by asking the driver for more:
 * no model knows of it.
 *
 * @public
 * @since 0.1.0
 */
export interface LayerLaw extends LawText {
  /** Gives what breaks it, or nothing. */
  judge(facts: LayerFacts): Difference | undefined;
}
