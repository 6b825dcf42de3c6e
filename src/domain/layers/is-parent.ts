import { goDir, goJoin } from '../go/path.js';

/**
 * What {@link isParent} compares.
 *
 * @public
 * @since 0.1.0
 */
export interface ParentQuestion {
  readonly home: string;
  /** The id asked about; `''` asks whether the layer is a base. */
  readonly parent: string;
  /** Paths of the layer's lowers, uppermost first; undefined when they could not be resolved. */
  readonly lowerDirs: readonly string[] | undefined;
}

/**
 * Tells whether a layer's direct parent is the given one.
 *
 * QUIRK: a layer without lowers answers true to `''`, and so does an id that no layer has;
 * one would have expected an unknown id to fail. Callers that mend this look for the layer first.
 *
 * @source moby overlay2/overlay.go isParent
 * @public
 * @since 0.1.0
 */
export function isParent({ home, parent, lowerDirs }: ParentQuestion): boolean {
  if (lowerDirs === undefined) return false;
  const [uppermost] = lowerDirs;
  if (uppermost === undefined) return parent === '';
  // The home itself would equal its join with '', so that this case has to come first.
  if (parent === '') return false;
  return goDir(uppermost) === goJoin(home, parent);
}
