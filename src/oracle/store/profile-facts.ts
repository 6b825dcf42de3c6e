import type { ProfileName } from '../../domain/profiles/profile.js';

/** What the rules of profiles differ by, as `docs/profiles.md` has it, where one word tells it. */
export interface ProfileFacts {
  readonly strict: boolean;
  /** bytes of a page that mount data has to leave. */
  readonly sparedBytes: number;
  /** names are compared whole where mounts are looked for. */
  readonly wholeNames: boolean;
  /** an archive is applied natively only where native diffs are right. */
  readonly asksProbe: boolean;
  /** V-02: directories get the mode that they are meant to have, also where they exist. */
  readonly exactModes: boolean;
  /** V-03: what Status tells beside the three rows. */
  readonly moreRows: readonly (readonly [string, string])[];
  /** V-04: without quota only an option of this name is refused; any, where it is absent. */
  readonly limiting?: string;
  /** C-01: a store keeps the layers, above the driver, and answers. */
  readonly isStore: boolean;
  /** What lies in a home beside its layers. */
  readonly strays: readonly string[];
}

const MOBY_2019: ProfileFacts = {
  strict: false,
  sparedBytes: 0,
  wholeNames: false,
  asksProbe: false,
  exactModes: false,
  moreRows: [],
  isStore: false,
  strays: [],
};

const FACTS: Readonly<Record<ProfileName, ProfileFacts>> = {
  'moby-2019': MOBY_2019,
  'moby-20.10': {
    ...MOBY_2019,
    sparedBytes: 1,
    wholeNames: true,
    asksProbe: true,
    exactModes: true,
    moreRows: [['userxattr', 'false']],
    limiting: 'size',
  },
  'containers-storage': {
    ...MOBY_2019,
    // Mount data ends in a comma, which is not counted where its length is told.
    sparedBytes: 2,
    moreRows: [['Using metacopy', 'false']],
    isStore: true,
    strays: ['.has-mount-program'],
  },
  strict: { ...MOBY_2019, strict: true, sparedBytes: 1, wholeNames: true, asksProbe: true },
};

/** Gives the facts of a profile. */
export function factsOf(profile: ProfileName): ProfileFacts {
  return FACTS[profile];
}

/** Gives the rows of Status. */
export function statusRows(
  { moreRows }: ProfileFacts,
  { backingFs, nativeDiff }: { readonly backingFs: string; readonly nativeDiff: boolean },
): readonly (readonly [string, string])[] {
  return [
    ['Backing Filesystem', backingFs],
    ['Supports d_type', 'true'],
    ['Native Overlay Diff', String(nativeDiff)],
    ...moreRows,
  ];
}
