/**
 * The words that sequences are made from: few, so that operations meet, and chosen where drivers
 * were seen to go wrong.
 */

/** Ids of ordinary layers, prefixes of each other among them. */
export const PLAIN_IDS: readonly string[] = ['a', 'ab', 'abc', 'a-init', 'b', 'c', 'd', 'e'];

const NAME_BYTES_MAX = 255;

/** Ids that a careful driver refuses, or that tell a careless one by what it does. */
export const ODD_IDS: readonly string[] = [
  '',
  '.',
  '..',
  'l',
  'a/',
  'a/b',
  '/a',
  'a/../b',
  'backingFsBlockDev',
  '.create-X',
  '.remove-X',
  'diff',
  'link',
  'x'.repeat(NAME_BYTES_MAX),
  'x'.repeat(NAME_BYTES_MAX + 1),
  'a\0',
  'a:b',
  'a,b',
  'a\\b',
  'a b',
  'ä',
];

/** Names of files in a layer. */
export const FILE_NAMES: readonly string[] = ['d', 'e', 'f'];

/** Names that mean a deletion in an archive, in every degenerate form. */
export const WHITEOUT_NAMES: readonly string[] = [
  '.wh.d',
  '.wh.e',
  '.wh.f',
  '.wh.ghost',
  '.wh..wh..opq',
  '.wh.',
  '.wh..',
  '.wh...',
  '.wh..wh.',
  '.wh..wh.aufs',
  '.wh..wh.plnk',
  '.wh..wh..opq.x',
  '.wh..wh.d',
];

/** The ones that images have. */
export const COMMON_WHITEOUTS: readonly string[] = [
  '.wh.d',
  '.wh.e',
  '.wh.f',
  '.wh..wh..opq',
  '.wh..wh..opq',
];

/** Contents of files; equal sizes with other bytes among them. */
export const CONTENTS: readonly string[] = [
  '',
  'x',
  'y',
  'hello',
  'world',
  'z'.repeat(513),
  '\u00ff\u0000\u0080',
];

/** Moments that comparisons by whole seconds take for equal, and others. */
export const MOMENTS: readonly (readonly [seconds: number, nanoseconds: number])[] = [
  [1_500_000_000, 0],
  [1_500_000_000, 5],
  [1_500_000_000, 999_999_999],
  [1_500_000_001, 0],
];

/** Permission bits. */
export const MODES: readonly number[] = [0o755, 0o644, 0o600, 0o700, 0o1777, 0o4755, 0o000];

/** Targets of symlinks; none leads anywhere that a run must not touch. */
export const TARGETS: readonly string[] = ['d', 'e/f', '../f', '/d', 'ghost', '.'];

/** `security.capability` as the kernel takes it: version 2, one permitted capability. */
export const CAPABILITY = `\u0001\u0000\u0000\u0002\u0000\u0004${'\u0000'.repeat(14)}`;
