import type { MountCall } from '../../../ports/mounter.js';
import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { Answer, HomeView } from '../../commands/answer.js';
import type { Operation } from '../../commands/operation.js';
import type { HomePicture } from '../../faults/home-picture.js';
import type { World } from '../../model/facts.js';
import type { Difference } from '../divergence.js';

/** What a law sees of one operation. */
export interface Moment {
  readonly operation: Operation;
  readonly answer: Answer;
  readonly before: HomeView;
  readonly after: HomeView;
  /** The mounts that the operation asked for; none where nobody can see them. */
  readonly mounts: readonly MountCall[];
  /** All of the home but what is mounted and the kernel's; in a share of the runs. */
  readonly pictures?: { readonly before: HomePicture; readonly after: HomePicture };
  /** Whether somebody else has changed the home or its mounts so far. */
  readonly isDisturbed: boolean;
  readonly world: World;
}

/** Watches one run for a law: gives what breaks it, or nothing. */
export type LawWatch = (moment: Moment) => Difference | undefined;

/** What a law says of itself. */
export interface LawText {
  readonly name: string;
  /** What holds, in one sentence. */
  readonly says: string;
  /** Profiles that it holds in. */
  readonly profiles: readonly ProfileName[];
  /** The runs and trees that it holds for. */
  readonly holdsFor: string;
  /** Quirks that break it, with what they break; the numbers of `docs/profiles.md`. */
  readonly exceptions: readonly string[];
}

/**
 * Something that holds whatever is done, told by what is seen alone: no model knows of it.
 *
 * @public
 * @since 0.1.0
 */
export interface Law extends LawText {
  /** The quirk that a breach is told by, where only one breaks the law. */
  readonly quirk?: string;
  watch(): LawWatch;
}
