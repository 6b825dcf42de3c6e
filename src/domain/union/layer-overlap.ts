import { inodeError } from './inode-error.js';
import type { UnionRules } from './kernel-preset.js';
import { refKey } from './ref-key.js';
import type { FindVolume, NodeRef } from './volume.js';

/** What has to be known of other mounts. */
interface Others {
  readonly find: FindVolume;
  isInUse(ref: NodeRef): boolean;
}

/**
 * The directories that a mount has taken so far: none may come twice, and those of an upper layer
 * and its work are marked, so that other mounts can tell.
 *
 * @source Linux fs/overlayfs/super.c ovl_setup_trap, ovl_inuse_trylock, ovl_report_in_use
 * @internal
 */
export class LayerClaims {
  /** Keys of the directories that were taken. */
  readonly traps = new Set<number>();
  readonly marked: NodeRef[] = [];
  readonly #others: Others;
  readonly #rules: UnionRules;
  readonly #index: boolean;

  constructor(
    others: Others,
    { rules, index }: { readonly rules: UnionRules; readonly index: boolean },
  ) {
    this.#others = others;
    this.#rules = rules;
    this.#index = index;
  }

  takeUpper(ref: NodeRef): void {
    this.trap(ref);
    this.#mark(ref);
  }

  /** The work directory is marked before it is looked at for coming twice. */
  takeWork(ref: NodeRef): void {
    this.#mark(ref);
    this.trap(ref);
  }

  takeLower(ref: NodeRef): void {
    this.trap(ref);
    this.checkInUse(ref);
  }

  /** Takes a directory; ELOOP where it was taken already. */
  trap(ref: NodeRef): void {
    if (!this.#rules.overlapIsLoop) return;
    if (this.isTrap(ref)) throw inodeError('ELOOP');
    this.traps.add(refKey(ref));
  }

  isTrap(ref: NodeRef): boolean {
    return this.traps.has(refKey(ref));
  }

  /** Another mount's upper or work is only warned about, unless there is an index; EBUSY. */
  checkInUse(ref: NodeRef): void {
    if (!this.#rules.marksInUse || !this.#index) return;
    if (this.#others.isInUse(ref)) throw inodeError('EBUSY');
  }

  #mark(ref: NodeRef): void {
    if (!this.#rules.marksInUse) return;
    this.checkInUse(ref);
    if (!this.#others.isInUse(ref)) this.marked.push({ volume: ref.volume, node: ref.node });
  }
}

/**
 * Refuses layers that lie below other ones, or below what another mount uses.
 *
 * @throws InodeError ELOOP for a lower below any layer of this mount; EBUSY with an index.
 * @source Linux fs/overlayfs/super.c ovl_check_overlapping_layers
 * @internal
 */
export function checkOverlaps(
  { find }: Others,
  claims: LayerClaims,
  upper: { readonly place: NodeRef; readonly base: NodeRef } | undefined,
  lowers: readonly NodeRef[],
): void {
  const check = ({ volume: id, node }: NodeRef, isLower: boolean): void => {
    const volume = find(id);
    for (let at = node; at !== volume.root;) {
      const above = volume.parent(at);
      if (above === at) break;
      const ref = { volume: id, node: above };
      if (isLower && claims.isTrap(ref)) throw inodeError('ELOOP');
      claims.checkInUse(ref);
      at = above;
    }
  };
  if (upper !== undefined) {
    check(upper.place, false);
    check(upper.base, false);
  }
  for (const lower of lowers) check(lower, true);
}
