import type { ProfileName } from '../../domain/profiles/profile.js';
import type { OperationName } from '../commands/operation.js';
import { STORE_CELLS } from './store-cells.js';

/** What an operation can come to, by the profiles that can answer so. */
interface Outcomes {
  readonly both: readonly string[];
  readonly moby: readonly string[];
  readonly strict: readonly string[];
}

/**
 * Every cell of the model that sequences reach: an operation and what the model says of its
 * outcome. Answers that the model takes without judging are no cells.
 */
const CELLS: Readonly<Record<OperationName, Outcomes>> = {
  apply: {
    both: [
      'ELOOP',
      'ENOENT',
      'archive',
      'archive ELOOP',
      'archive ENOENT',
      'archive ENOTDIR',
      'archive EPERM',
      'naive',
      'native',
      'nothing to do',
    ],
    moby: ['Q-16', 'EINVAL', 'ENAMETOOLONG', 'archive EBUSY', 'archive EEXIST'],
    strict: ['archive EEXIST', 'invalid-layer-id', 'invalid-lower'],
  },
  changes: {
    both: ['ELOOP', 'ENOENT', 'all', 'compared'],
    moby: ['Q-16', 'ENAMETOOLONG', 'EINVAL'],
    strict: ['invalid-lower', 'incomplete-layer', 'invalid-layer-id'],
  },
  cleanup: {
    both: ['unmounted'],
    moby: [],
    strict: [],
  },
  create: {
    both: ['ENOENT', 'base', 'child', 'max-depth', 'option'],
    moby: ['EINVAL', 'ENAMETOOLONG', 'base again', 'child again', 'panic'],
    strict: ['EEXIST', 'incomplete-layer', 'invalid-layer-id', 'invalid-link', 'invalid-lower'],
  },
  diff: {
    both: ['ENOENT', 'naive', 'native', 'whole'],
    moby: ['Q-16', 'EINVAL', 'ELOOP', 'ENAMETOOLONG'],
    strict: ['ELOOP', 'incomplete-layer', 'invalid-layer-id', 'invalid-lower', 'reserved-name'],
  },
  diffSize: {
    both: ['ELOOP', 'ENOENT', 'naive', 'native'],
    moby: ['Q-16', 'ENAMETOOLONG', 'EINVAL'],
    strict: ['incomplete-layer', 'invalid-layer-id', 'invalid-lower'],
  },
  exists: {
    both: ['absent', 'present'],
    moby: [],
    strict: [],
  },
  file: {
    both: [
      'EEXIST',
      'EINVAL',
      'EISDIR',
      'ELOOP',
      'ENOENT',
      'ENOTDIR',
      'ENOTEMPTY',
      'ENXIO',
      'EXDEV',
      'EPERM',
      'EROFS',
      'changed',
      'no tree',
    ],
    moby: [],
    strict: [],
  },
  get: {
    both: [
      'EINVAL',
      'ELOOP',
      'ENOENT',
      'counted',
      'diff',
      'label-too-large',
      'mounted',
      'mounted relative',
    ],
    moby: ['ENAMETOOLONG', 'Q-16', 'counted, not mounted'],
    strict: ['incomplete-layer', 'invalid-layer-id', 'invalid-lower'],
  },
  metadata: {
    both: ['EINVAL', 'ENOENT', 'with lowers', 'without lowers'],
    moby: ['ENAMETOOLONG'],
    strict: ['invalid-layer-id'],
  },
  put: {
    both: ['counted', 'not counted', 'not mounted', 'unknown', 'unmounted'],
    moby: ['EINVAL', 'ENAMETOOLONG'],
    strict: ['ENOTEMPTY', 'invalid-layer-id'],
  },
  remove: {
    both: ['empty-id', 'removed', 'removed, mounted', 'unknown'],
    moby: ['EINVAL', 'ENAMETOOLONG'],
    strict: ['invalid-layer-id'],
  },
  restart: {
    both: [],
    moby: ['restarted'],
    strict: ['repaired'],
  },
  status: {
    both: ['told'],
    moby: [],
    strict: [],
  },
  tamper: {
    both: [
      'committed changed',
      'diff changed',
      'link changed',
      'lower changed',
      'no tree',
      'not there',
      'symlink changed',
      'work changed',
    ],
    moby: [],
    strict: [],
  },
  transfer: {
    both: ['ELOOP', 'ENOENT', 'archive', 'naive', 'native', 'nothing to do'],
    moby: ['ENAMETOOLONG', 'EINVAL', 'Q-16', 'archive EEXIST', 'archive ENOENT'],
    strict: ['incomplete-layer', 'invalid-layer-id', 'invalid-lower', 'reserved-name'],
  },
  umount: {
    both: ['not mounted', 'unmounted'],
    moby: [],
    strict: [],
  },
  walk: {
    both: ['no tree', 'seen'],
    moby: [],
    strict: [],
  },
};

/** A cell that the model has and no sequence reaches. */
export interface UnreachableCell {
  readonly cell: string;
  readonly profiles: readonly ProfileName[];
  readonly why: string;
}

/**
 * The cells that are left out, each with its reason.
 *
 * @public
 * @since 0.1.0
 */
export const UNREACHABLE_CELLS: readonly UnreachableCell[] = [];

/**
 * Gives the cells that sequences have to reach in a profile.
 *
 * @returns `operation: outcome`, in order.
 * @public
 * @since 0.1.0
 */
export function reachableCells(profile: ProfileName): readonly string[] {
  if (profile === 'containers-storage') return STORE_CELLS;
  return Object.entries(CELLS)
    .flatMap(([op, { both, moby, strict }]) =>
      [...both, ...(profile === 'strict' ? strict : moby)].map((outcome) => `${op}: ${outcome}`),
    )
    .sort();
}
