import { assert } from '../assert.js';
import type { QuirkId } from '../profiles/quirk.js';

/**
 * How much harm a finding means: `error` breaks a layer or loses data, `warning` is a leftover or a
 * danger, `info` is worth knowing and is not held against a home.
 *
 * @public
 * @since 0.1.0
 */
export type FsckSeverity = 'error' | 'warning' | 'info';

/** Id, severity, quirk ('' for none), what is wrong, what it will cause, what mends it. */
const RULE_ROWS = [
  [
    'link-dir-missing',
    'error',
    '',
    'the link directory `l` is missing or no directory',
    'no layer with lowers can be mounted, and no layer created',
    'it is made again, and the symlinks of all layers whose `link` is whole',
  ],
  [
    'link-missing',
    'error',
    'Q-23',
    'a layer has no `link` file',
    'it can be no parent, and removing it leaves its symlink behind',
    'it is written again from the one symlink in `l/` that leads to the layer',
  ],
  [
    'link-empty',
    'error',
    'Q-14',
    'a `link` file is empty',
    'children of the layer get the link directory as their lower; two such end in ELOOP',
    'it is written again from the one symlink in `l/` that leads to the layer',
  ],
  [
    'link-malformed',
    'error',
    'Q-21',
    'a `link` file holds no link id',
    'removing the layer deletes whatever the text names below `l/`, another layer for instance',
    'it is written again from the one symlink in `l/` that leads to the layer',
  ],
  [
    'link-shared',
    'error',
    'Q-21',
    'the `link` files of two layers hold the same link id',
    'one of the two is mounted in place of the other, and removing one breaks both',
    'the one that the symlink does not lead to is written from its own symlink, if it has one',
  ],
  [
    'symlink-missing',
    'error',
    '',
    'the symlink that a `link` file names is not in `l/`',
    'children of the layer cannot be mounted: no such file or directory',
    'it is made again from `link`',
  ],
  [
    'symlink-misplaced',
    'error',
    'Q-21',
    'a symlink in `l/` leads to another place than the `diff` of the layer that names it',
    'children of the layer show the files of something else, or cannot be mounted',
    'it is led to the layer whose `link` names it',
  ],
  [
    'symlink-dangling',
    'warning',
    'Q-06',
    'a symlink in `l/` leads nowhere and no layer names it',
    'nothing but a name that is never given out again; a create that failed left it',
    'it is removed',
  ],
  [
    'symlink-duplicate',
    'warning',
    'Q-07',
    'a second symlink in `l/` leads to a layer',
    'it stays when the layer is removed; a create over an existing layer left it',
    'it is removed where no `lower` names it',
  ],
  [
    'link-entry-stray',
    'warning',
    '',
    'an entry of `l/` is no symlink with the name of a link id',
    'the driver neither made it nor will remove it; what is in it counts for nobody',
    'look at it and remove it by hand',
  ],
  [
    'lower-empty',
    'error',
    'Q-18',
    'a `lower` file is empty',
    'mounting the layer shows the whole home, every layer in it writable below',
    "it is written again from a child's `lower`, which repeats it",
  ],
  [
    'lower-missing',
    'error',
    'Q-15',
    'a layer with a `work` directory, or that a child knows to have lowers, has no `lower` file',
    'it counts as a base layer: what its parents hold is gone from sight',
    "it is written again from a child's `lower`, which repeats it",
  ],
  [
    'lower-malformed',
    'error',
    'Q-18',
    'an entry of a `lower` file is not `l/` and a link id',
    'the layer cannot be mounted, or shows a directory that is no layer',
    "it is written again from a child's `lower`, which repeats it",
  ],
  [
    'lower-dangling',
    'error',
    '',
    'an entry of a `lower` file names a symlink that is missing or leads nowhere',
    'the layer cannot be mounted: no such file or directory',
    'the missing layer has to come back: pull or build the image again',
  ],
  [
    'lower-too-deep',
    'error',
    '',
    'a `lower` file names more than 128 layers',
    'the driver makes no child of it: max depth exceeded',
    'flatten the image',
  ],
  [
    'lower-cycle',
    'error',
    '',
    'a layer lies below itself, or twice below another',
    'it cannot be mounted: too many levels of symbolic links',
    'remove the layer and pull or build it again',
  ],
  [
    'lower-differs',
    'error',
    'Q-13',
    "a `lower` file is not the parent's link and the parent's own `lower`",
    'layers are missing from the tree, or are there in another order',
    'remove the layer and pull or build it again',
  ],
  [
    'diff-missing',
    'error',
    'Q-15',
    'a layer has no `diff` directory',
    'neither it nor a child of it can be mounted, and what it held is gone',
    'remove the layer and pull or build it again',
  ],
  [
    'work-missing',
    'error',
    '',
    'a writable layer with lowers has no `work` directory',
    'it cannot be mounted: no such file or directory',
    'it is made again: a `work` directory holds nothing between mounts',
  ],
  [
    'work-missing-committed',
    'info',
    '',
    'a committed layer with lowers has no `work` directory',
    'nothing while it stays committed: read-only mounts need none',
    'it is made again: a `work` directory holds nothing between mounts',
  ],
  [
    'committed-missing',
    'error',
    'Q-09',
    "a layer's child is there, and its own `committed` mark is not",
    'it can be mounted writable while its children use it, whose files then change',
    'the mark is written',
  ],
  [
    'committed-childless',
    'info',
    'Q-09',
    'a layer is committed and has no child',
    'it stays read-only; a removed child leaves it so, and a create that failed does',
    'nothing: it may be somebody’s image',
  ],
  [
    'merged-left',
    'warning',
    'Q-19',
    'an empty `merged` directory is not mounted',
    'nothing; an unmount that failed, or a daemon that was killed, left it',
    'it is removed',
  ],
  [
    'merged-filled',
    'warning',
    'Q-20',
    'a `merged` directory that is not mounted holds files',
    'somebody wrote beside the layer: the next mount hides the files, the removal deletes them',
    'save what is in it, then empty it by hand',
  ],
  [
    'layer-empty',
    'warning',
    'Q-11',
    'a layer directory has neither `link` nor `diff` nor `lower`',
    'the id counts as taken; a create that was cut off left it',
    'it is removed where it is empty',
  ],
  [
    'incomplete',
    'warning',
    '',
    'a layer is marked incomplete: its archive was not applied to the end',
    'profile strict refuses it; another driver shows half of its files',
    'apply the archive again, or remove the layer',
  ],
  [
    'temp-left',
    'warning',
    '',
    'a temporary file or directory of a driver was left',
    'it takes room; a crash, or a probe that was cut off, left it',
    'it is moved out of the home, beside it, to be deleted after a look',
  ],
  [
    'stray-home',
    'warning',
    'Q-10',
    'an entry of the home belongs to no layer',
    'nothing, unless it has the name of a layer to come',
    'look at it and remove it by hand',
  ],
  [
    'stray-layer',
    'warning',
    '',
    'an entry of a layer directory is none that a driver makes',
    'nothing; it goes when the layer is removed',
    'look at it and remove it by hand',
  ],
  [
    'home-is-layer',
    'error',
    'Q-10',
    'the home itself holds files of a layer: one was created with an empty id',
    'removing layer "." or a failing create of "" deletes the whole home',
    'look at `diff`, `link` and `lower` in the home and remove them by hand',
  ],
  [
    'quota-node',
    'info',
    'Q-50',
    'the home has a quota device node, and its file system has no project quota here',
    'nothing; the quota probe left it',
    'nothing',
  ],
  [
    'mounted-layer-gone',
    'error',
    'Q-22',
    'a mount is there whose layer directory is gone',
    'the removed layer keeps its room until it is unmounted, and what is written there is lost',
    'unmount it: umount -l',
  ],
  [
    'mount-stray',
    'warning',
    'Q-22',
    'something is mounted in the home at a place where no layer is mounted',
    'removing a layer, or a clean-up of the driver, unmounts it',
    'mount it somewhere else',
  ],
  [
    'mount-writes-committed',
    'warning',
    'Q-09',
    'a committed layer is mounted writable',
    'what is written there changes the files of its children',
    'unmount it; the next mount is read-only',
  ],
  [
    'mount-cut',
    'error',
    'Q-17',
    'mount data of the layer fill a page exactly',
    'a driver of before 20.10.2 gets them cut by a byte: no such file, or the wrong directory',
    'a newer driver, or a home with a longer or shorter path',
  ],
  [
    'mount-too-long',
    'error',
    '',
    'mount data of the layer do not fit into a page, not even with relative paths',
    'it cannot be mounted: mount label too large',
    'flatten the image',
  ],
  [
    'path-unescaped',
    'error',
    'Q-16',
    'the path of the home, or a layer id, holds a colon, a comma or a backslash',
    'drivers that do not escape mount options cannot mount the layer',
    'move the home to another path',
  ],
  [
    'redirect',
    'warning',
    'Q-40',
    'a directory in a layer carries trusted.overlay.redirect',
    'it looks empty where redirects are not followed, and after a push elsewhere',
    'mount the home with redirect_dir=off from now on; build the layer again',
  ],
  [
    'metacopy',
    'warning',
    'Q-40',
    'a file in a layer carries trusted.overlay.metacopy: its content is in a lower layer',
    'it is empty, or zeroes, where metacopy is off, and after a push elsewhere',
    'mount the home with metacopy=off from now on; build the layer again',
  ],
  [
    'root-opaque',
    'info',
    'Q-36',
    'the `diff` of a layer is marked opaque',
    'nothing: the kernel ignores the mark there, and lower files show through',
    'nothing',
  ],
  [
    'mode-odd',
    'info',
    '',
    'others may write, or may enter the home',
    'users of this machine may change layers, or run setuid files of images (CVE-2021-41091)',
    'chmod, as the finding says',
  ],
  [
    'owner-odd',
    'info',
    '',
    'a layer directory has another owner than the home',
    'a driver with id maps gives it back at the next create; mapped roots cannot enter',
    'chown, if the home is not used with two id maps',
  ],
] as const;

/**
 * The name of a rule.
 *
 * @public
 * @since 0.1.0
 */
export type FsckRuleId = (typeof RULE_ROWS)[number][0];

/**
 * One rule of a sound home.
 *
 * @public
 * @since 0.1.0
 */
export interface FsckRule {
  readonly id: FsckRuleId;
  readonly severity: FsckSeverity;
  /** The quirk of the seed that brings it about, where one does. */
  readonly quirk?: QuirkId;
  readonly title: string;
  /** What will come of it. */
  readonly effect: string;
  /** What puts it right. */
  readonly remedy: string;
}

/**
 * Every rule, in the order in which they are looked at.
 *
 * @public
 * @since 0.1.0
 */
export const FSCK_RULES: readonly FsckRule[] = Object.freeze(
  RULE_ROWS.map(([id, severity, quirk, title, effect, remedy]) =>
    Object.freeze({
      id,
      severity,
      ...(quirk === '' ? {} : { quirk }),
      title,
      effect,
      remedy,
    }),
  ),
);

/**
 * Gives a rule by its name.
 *
 * @public
 * @since 0.1.0
 */
export function fsckRule(id: FsckRuleId): FsckRule {
  const rule = FSCK_RULES.find((candidate) => candidate.id === id);
  assert(rule !== undefined, `there is a rule ${id}`);
  return rule;
}
