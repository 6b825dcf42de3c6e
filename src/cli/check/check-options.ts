import type { Backend } from '../../composition.js';
import type { Profile } from '../../domain/profiles/profile.js';

/** What `check` was asked for. */
export interface CheckOptions {
  readonly profile: Profile;
  readonly backend: Backend;
  readonly layers: number;
  readonly files: number;
  /** Absolute: where the work directory is made. */
  readonly homeParent?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}
