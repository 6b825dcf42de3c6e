import type { RuleGroup } from './rule-group.js';
import { CHANGE } from './rules/change.js';
import { ERRNO_GROUP } from './rules/errno.js';
import { GO_NUMBERS } from './rules/go-numbers.js';
import { GO_PATH } from './rules/go-path.js';
import { GO_QUOTE } from './rules/go-quote.js';
import { GO_TEXT } from './rules/go-text.js';
import { HOST } from './rules/host.js';
import { ID_MAP } from './rules/id-map.js';
import { KERNEL_VERSION } from './rules/kernel-version.js';
import { LAYERS } from './rules/layers.js';
import { LINK_ID_GROUP } from './rules/link-id.js';
import { LOWER_CHAIN } from './rules/lower-chain.js';
import { MOUNT_DATA } from './rules/mount-data.js';
import { MOUNT_INFO } from './rules/mount-info.js';
import { MOUNT_OPTIONS } from './rules/mount-options.js';
import { OPTIONS } from './rules/options.js';
import { PAX } from './rules/pax.js';
import { PROFILES_GROUP } from './rules/profiles.js';
import { QUOTA } from './rules/quota.js';
import { TAR_ARCHIVES } from './rules/tar-archives.js';
import { TAR_HEADERS } from './rules/tar-headers.js';
import { WHITEOUT } from './rules/whiteout.js';

/**
 * The pure rules that there are vectors of; a file each.
 *
 * @internal
 */
export const ALL_RULES: readonly RuleGroup[] = [
  CHANGE,
  ERRNO_GROUP,
  GO_NUMBERS,
  GO_PATH,
  GO_QUOTE,
  GO_TEXT,
  HOST,
  ID_MAP,
  KERNEL_VERSION,
  LAYERS,
  LINK_ID_GROUP,
  LOWER_CHAIN,
  MOUNT_DATA,
  MOUNT_INFO,
  MOUNT_OPTIONS,
  OPTIONS,
  PAX,
  PROFILES_GROUP,
  QUOTA,
  TAR_ARCHIVES,
  TAR_HEADERS,
  WHITEOUT,
];
