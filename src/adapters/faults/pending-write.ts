/**
 * Something that was done and is not on disk yet: bytes of a file, or a name.
 *
 * @internal
 */
export type PendingWrite =
  /** What of a file was not synced. */
  | {
      readonly kind: 'content';
      readonly path: Uint8Array;
      /** What is sure to be on disk, in bytes; undefined for a file that is new since. */
      readonly durableSize: bigint | undefined;
    }
  /** A rename after which nobody has synced the directory of the new name. */
  | { readonly kind: 'rename'; readonly from: Uint8Array; readonly to: Uint8Array };

/**
 * Chooses which of the pending writes are lost, by their place in `UnsyncedFiles.pending`.
 *
 * @internal
 */
export type LossFilter = (index: number) => boolean;

/**
 * Chooses all of them.
 *
 * @internal
 */
export function loseAll(): boolean {
  return true;
}

/**
 * Gives the choice of those whose places a list names.
 *
 * @internal
 */
export function loseOnly(indices: readonly number[]): LossFilter {
  return (index) => indices.includes(index);
}
