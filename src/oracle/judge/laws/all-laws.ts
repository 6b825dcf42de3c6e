import { CHANGES_ARE_DIFFERENCES } from './changes-are-differences.js';
import { COMMITTED_IS_READ_ONLY } from './committed-is-read-only.js';
import { DIFF_AND_APPLY } from './diff-and-apply.js';
import { DIFF_SIZE } from './diff-size.js';
import { FAILURE_CHANGES_NOTHING } from './failure-changes-nothing.js';
import { GET_AND_PUT } from './get-and-put.js';
import type { Law } from './law.js';
import type { LayerLaw } from './layer-law.js';
import { LINKS_AND_LAYERS } from './links-and-layers.js';
import { LOWER_CHAIN } from './lower-chain.js';
import { LAYER_DIRECTORY_0700, LAYER_DIRECTORY_0710, METADATA_FILES } from './made-modes.js';
import { MOUNTED_ONCE } from './mounted-once.js';
import { MOUNTS_AND_USERS } from './mounts-and-users.js';
import { PAGE } from './page.js';

/**
 * The laws that every operation of a run is held against, where the profile is theirs.
 *
 * @public
 * @since 0.1.0
 */
export const LAWS: readonly Law[] = [
  LINKS_AND_LAYERS,
  LOWER_CHAIN,
  MOUNTS_AND_USERS,
  MOUNTED_ONCE,
  GET_AND_PUT,
  FAILURE_CHANGES_NOTHING,
  COMMITTED_IS_READ_ONLY,
  PAGE,
  LAYER_DIRECTORY_0700,
  LAYER_DIRECTORY_0710,
  METADATA_FILES,
];

/**
 * The laws that layers are held against at the end of a share of the runs.
 *
 * @public
 * @since 0.1.0
 */
export const LAYER_LAWS: readonly LayerLaw[] = [CHANGES_ARE_DIFFERENCES, DIFF_SIZE, DIFF_AND_APPLY];
