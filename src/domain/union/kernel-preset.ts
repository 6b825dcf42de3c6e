/**
 * What differs between kernels as overlayfs shows it: one knob a rule. A union asks its knobs and
 * never a version.
 */

/** When a directory that is made where lower ones might be is marked opaque to save look-ups. */
export type OpaqueOptimisation = 'never' | 'always' | 'with-new-features';

/**
 * The rules of one kernel.
 *
 * @source Linux fs/overlayfs of the releases named in the presets
 * @internal
 */
export interface UnionRules {
  /** Names of mount options that are known. */
  readonly options: ReadonlySet<string>;
  /** Options are read one by one, paths are looked up on the way; `::`, `ro` and `=x` are known. */
  readonly mountApi: boolean;
  readonly lowersMax: number;
  /** What more lowers are refused with, and an upper without a work. */
  readonly limitErrno: 'EINVAL' | 'ENOMEM';
  /** The mount table tells the `redirect_dir` that holds; before, the one that was asked for. */
  readonly showsSettledRedirect: boolean;
  /** Data layers may be mounted without `metacopy=on`. */
  readonly dataLowersAlone: boolean;
  /** Layers that overlap, or that come twice, are refused with ELOOP. */
  readonly overlapIsLoop: boolean;
  /** Upper and work are marked as in use: EBUSY with `index=on`. */
  readonly marksInUse: boolean;
  /** All whiteouts of a mount are one inode. */
  readonly sharesWhiteouts: boolean;
  /** `trusted.overlay.*` set through a mount is stored escaped; refused before. */
  readonly escapesXattrs: boolean;
  /** An empty file with the whiteout attribute hides what is below. */
  readonly knowsXattrWhiteouts: boolean;
  readonly opaqueOptimisation: OpaqueOptimisation;
  /** Copying a directory up takes its opaque mark along. */
  readonly copiesPrivateXattrs: boolean;
  /** Copied-up files remember where they came from, and directories above them are impure. */
  readonly marksOrigin: boolean;
  /** A look-up marks a merged upper directory that has no origin. */
  readonly mendsOrigin: boolean;
  readonly knowsRedirects: boolean;
  /** What somebody else put where a directory or symlink is to be copied to is not replaced. */
  readonly copyUpRefusesTaken: boolean;
  /** Listings leave out what a look-up fails on, where one is made to tell its number. */
  readonly skipsStaleEntries: boolean;
  /** A redirect that may not be followed is refused before anything below is looked at. */
  readonly refusesRedirectsAtOnce: boolean;
  /** `redirect_dir=off` follows redirects that it finds, by the module's parameter. */
  readonly offMayFollow: boolean;
  /** The upper root gets `trusted.overlay.uuid`; `uuid=null` and `uuid=auto` are known. */
  readonly marksUuid: boolean;
  /** A tmpfs keeps attributes of users. */
  readonly tmpfsUserAttributes: boolean;
  /** Files of several file systems show a device number of their own for each. */
  readonly pseudoDevices: boolean;
}

/**
 * A kernel by name.
 *
 * @internal
 */
export interface KernelPreset {
  /** `6.18`, or `newest`. */
  readonly name: string;
  /** What `uname` says. */
  readonly release: string;
  /** Whether a run on such a kernel agreed with these rules. */
  readonly confirmed: boolean;
  /** Texts of /sys/module/overlay/parameters, without the newline, as upstream builds them. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly rules: UnionRules;
}
