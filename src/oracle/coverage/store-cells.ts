import type { OperationName } from '../commands/operation.js';

/** What is asked of every kind of layer that there may be none of, or that cannot be mounted. */
const MOUNTING = ['ENOENT', 'unknown-layer'] as const;

const OUTCOMES: Readonly<Partial<Record<OperationName, readonly string[]>>> = {
  apply: [
    'applied',
    'archive',
    'archive EEXIST',
    'archive ENOENT',
    'archive ENOTDIR',
    'doubles',
    'unknown-layer',
  ],
  changes: [...MOUNTING, 'ENOTDIR', 'compared', 'own'],
  create: ['base', 'child', 'id-in-use', 'unknown-layer'],
  diff: [...MOUNTING, 'again', 'broken', 'compared', 'own'],
  diffSize: [...MOUNTING, 'compared', 'own'],
  exists: ['absent', 'present'],
  file: ['EEXIST', 'EISDIR', 'ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'changed', 'no tree'],
  get: [...MOUNTING, 'counted', 'max-depth', 'mounted', 'mounted before', 'mounted relative'],
  put: ['counted', 'forgotten', 'not mounted', 'unknown-layer', 'unmounted'],
  remove: ['has-children', 'removed', 'removed, mounted', 'unknown-layer'],
  status: ['told'],
  transfer: ['applied', 'unknown-layer'],
  umount: ['not mounted', 'unmounted'],
  walk: ['no tree', 'seen'],
};

/** The cells that sequences have to reach in the profile `containers-storage`, in order. */
export const STORE_CELLS: readonly string[] = Object.entries(OUTCOMES)
  .flatMap(([op, outcomes]) => outcomes.map((outcome) => `${op}: ${outcome}`))
  .sort();
