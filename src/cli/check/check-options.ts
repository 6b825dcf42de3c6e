import type { Backend } from '../../composition.js';
import type { Profile } from '../../domain/profiles/profile.js';
import type { Compared } from '../../oracle/judge/compared.js';
import type { MountSource } from '../../oracle/targets/program/program-target.js';
import type { ReportFiles } from './report-forms.js';

/** Which part of a campaign this is: the i-th of n, from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** What `check` was asked for. */
export interface CheckOptions {
  readonly profile: Profile;
  /** Whose rules the driver is held to; its own unless told. */
  readonly judgeProfile?: Profile;
  readonly backend: Backend;
  /** Name of the kernel that the fake stands for. */
  readonly kernel?: string;
  readonly layers: number;
  readonly files: number;
  /** Whether the files of this machine are used, where the target can mount. */
  readonly realInput: boolean;
  readonly seed?: number;
  readonly runs?: number;
  /** Milliseconds. */
  readonly time?: number;
  readonly shard: Shard;
  readonly length: number;
  /** Whether calls fail and processes end in a share of the sequences. */
  readonly faults?: 'off' | 'sampled';
  /** Whether several callers take turns in a share of the sequences. */
  readonly concurrency?: 'off' | 'sampled';
  /** The command line that starts the plugin. */
  readonly pluginCommand?: string;
  /** Milliseconds that a program may take for one reply. */
  readonly timeout?: number;
  /** Where the mounts of a program are looked up. */
  readonly mountdata?: MountSource;
  /** What is compared; everything where absent. */
  readonly compare?: ReadonlySet<Compared>;
  readonly coverage?: boolean;
  readonly report?: ReportFiles;
  /** Absolute: where an interrupted check goes on from. */
  readonly state?: string;
  /** Absolute: the file of known disagreements. */
  readonly known?: string;
  /** Whether that file is written anew. */
  readonly update?: boolean;
  /** Absolute: where every call is written down, as `trace` reads it. */
  readonly trace?: string;
  /** Absolute: where scripts of faults go. */
  readonly repro?: string;
  /** Absolute: where the work directory is made. */
  readonly homeParent?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}
