import type { OperationName } from '../commands/operation.js';

/** How often each kind of operation is made, beside the others. */
export type Weights = Readonly<Record<OperationName, number>>;

/** Everything a little. */
const MIXED: Weights = {
  create: 20,
  remove: 8,
  get: 13,
  put: 10,
  exists: 2,
  metadata: 3,
  status: 1,
  cleanup: 1,
  apply: 9,
  diff: 4,
  diffSize: 3,
  changes: 4,
  transfer: 3,
  file: 16,
  walk: 5,
  restart: 2,
  umount: 2,
  tamper: 3,
};

const NONE: Weights = {
  create: 0,
  remove: 0,
  get: 0,
  put: 0,
  exists: 0,
  metadata: 0,
  status: 0,
  cleanup: 0,
  apply: 0,
  diff: 0,
  diffSize: 0,
  changes: 0,
  transfer: 0,
  file: 0,
  walk: 0,
  restart: 0,
  umount: 0,
  tamper: 0,
};

/** Layers come and go, are counted, and lose their mounts. */
const LIFE: Weights = {
  ...NONE,
  create: 30,
  remove: 16,
  get: 22,
  put: 16,
  exists: 3,
  metadata: 3,
  cleanup: 2,
  restart: 4,
  umount: 4,
};

/** Trees that change in several layers, and what is told of them. */
const FILES: Weights = {
  ...NONE,
  create: 9,
  get: 9,
  put: 6,
  file: 50,
  walk: 6,
  diff: 6,
  diffSize: 3,
  changes: 6,
  transfer: 4,
  remove: 1,
};

/** Archives of every form. */
const ARCHIVES: Weights = {
  ...NONE,
  create: 18,
  apply: 34,
  get: 10,
  put: 4,
  walk: 10,
  diff: 8,
  diffSize: 5,
  changes: 5,
  transfer: 6,
  remove: 2,
};

/** Metadata that somebody else has written to. */
const DAMAGE: Weights = {
  ...NONE,
  create: 28,
  remove: 22,
  get: 16,
  put: 8,
  metadata: 4,
  tamper: 22,
  diff: 2,
  diffSize: 2,
  apply: 4,
  restart: 5,
  cleanup: 1,
};

/** Drivers end and start while layers are in use. */
const RESTARTS: Weights = {
  ...NONE,
  create: 16,
  get: 30,
  put: 24,
  restart: 18,
  remove: 5,
  umount: 3,
  cleanup: 2,
};

/** The themes of sequences, by how often they come. */
export const THEMES: readonly (readonly [weight: number, weights: Weights])[] = [
  [24, MIXED],
  [26, LIFE],
  [20, FILES],
  [15, ARCHIVES],
  [15, DAMAGE],
  [10, RESTARTS],
];
