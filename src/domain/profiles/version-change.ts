/**
 * The catalogue of what later versions of moby do otherwise than the seed, beside the quirks that
 * they mended. What each answers is written in `docs/profiles.md`.
 */
const CHANGE_ROWS = [
  ['V-01', 'home and layers are 0710, owned by the user and the group of the remapped root'],
  ['V-02', 'directories get exactly the mode they are made with, and again when they exist'],
  ['V-03', 'Status tells of userxattr'],
  ['V-04', 'without quota only size is refused, and a default size counts only if there is one'],
  ['V-05', 'a mount with two lowers decides whether the host can carry the driver'],
  ['V-06', 'a capability of version 3 is archived as one of version 2'],
] as const;

/**
 * The number of a version change, `V-01` …
 *
 * @public
 * @since 0.1.0
 */
export type ChangeId = (typeof CHANGE_ROWS)[number][0];

/**
 * One row of the catalogue.
 *
 * @public
 * @since 0.1.0
 */
export interface VersionChange {
  readonly id: ChangeId;
  readonly title: string;
}

/**
 * The catalogue in order of number.
 *
 * @source moby 20.10 overlay2/overlay.go and the packages it calls
 * @public
 * @since 0.1.0
 */
export const VERSION_CHANGES: readonly VersionChange[] = Object.freeze(
  CHANGE_ROWS.map(([id, title]) => Object.freeze({ id, title })),
);
