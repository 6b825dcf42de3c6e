import type { ErrnoName } from '../../domain/go/errno.js';
import { inodeError } from '../../domain/union/inode-error.js';

/** What space is given out in. */
export const BLOCK_BYTES = 4096;
/** What quota limits are told in. */
const BASIC_BLOCK_BYTES = 512n;

/**
 * How much a volume holds; absent is without end.
 *
 * @internal
 */
export interface Capacity {
  /** Blocks of 4096 bytes. */
  readonly blocks?: number;
  readonly inodes?: number;
}

/** A project's limits in basic blocks of 512 bytes; 0 is none. */
interface Limits {
  readonly hardBlocks: bigint;
  readonly softBlocks: bigint;
}

const NO_LIMITS: Limits = { hardBlocks: 0n, softBlocks: 0n };

/**
 * Counts the blocks and inodes of a volume, in all and by project, and refuses what does not fit.
 * Soft limits are kept and never bite, since their time of grace never ends here.
 *
 * @internal
 */
export class Space {
  capacity: Capacity;
  usedBlocks = 0;
  usedInodes = 0;
  readonly #quotaErrno: ErrnoName;
  #usedBy: Map<number, number>;
  #limits: ReadonlyMap<number, Limits>;

  /**
   * @param quotaErrno - what a full project fails with: ENOSPC on XFS, EDQUOT elsewhere.
   */
  constructor(capacity: Capacity, quotaErrno: ErrnoName) {
    this.capacity = capacity;
    this.#quotaErrno = quotaErrno;
    this.#usedBy = new Map();
    this.#limits = new Map();
  }

  /** Gives how many of the blocks that are asked for a project still gets. */
  roomFor(project: number, blocks: number): number {
    const { blocks: capacity = Infinity } = this.capacity;
    return Math.max(0, Math.min(blocks, capacity - this.usedBlocks, this.#left(project)));
  }

  /** Takes an inode with its first blocks; ENOSPC or the quota's errno. */
  takeInode(project: number, blocks: number): void {
    const { inodes = Infinity } = this.capacity;
    if (this.usedInodes >= inodes) throw inodeError('ENOSPC');
    this.checkBlocks(project, blocks);
    this.usedInodes += 1;
    this.move(project, blocks);
  }

  giveInode(project: number, blocks: number): void {
    this.usedInodes -= 1;
    this.move(project, -blocks);
  }

  /** Refuses blocks that there is no room for. */
  checkBlocks(project: number, blocks: number): void {
    const { blocks: capacity = Infinity } = this.capacity;
    if (blocks > this.#left(project)) throw inodeError(this.#quotaErrno);
    if (this.usedBlocks + blocks > capacity) throw inodeError('ENOSPC');
  }

  /** Counts blocks that were checked before, or gives them back where negative. */
  move(project: number, blocks: number): void {
    if (blocks === 0) return;
    this.usedBlocks += blocks;
    if (project !== 0) this.#usedBy.set(project, (this.#usedBy.get(project) ?? 0) + blocks);
  }

  limitsOf(project: number): Limits {
    return this.#limits.get(project) ?? NO_LIMITS;
  }

  setLimits(project: number, limits: Limits): void {
    this.#limits = new Map(this.#limits).set(project, limits);
  }

  fork(): Space {
    const fork = new Space(this.capacity, this.#quotaErrno);
    fork.usedBlocks = this.usedBlocks;
    fork.usedInodes = this.usedInodes;
    fork.#usedBy = new Map(this.#usedBy);
    fork.#limits = this.#limits;
    return fork;
  }

  #left(project: number): number {
    const hard = project === 0 ? undefined : this.#limits.get(project);
    if (hard === undefined || hard.hardBlocks === 0n) return Infinity;
    const limit = Number((hard.hardBlocks * BASIC_BLOCK_BYTES) / BigInt(BLOCK_BYTES));
    return limit - (this.#usedBy.get(project) ?? 0);
  }
}
