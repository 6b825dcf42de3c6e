/**
 * What some kernels do, older ones or with a switch on; nothing of it where nothing is said.
 *
 * @public
 * @since 0.1.0
 */
export interface UncommonKernel {
  /**
   * Whether the kernel marks directories opaque that are made in merged ones: 4.10 to 5.13, and
   * later ones with redirect_dir.
   */
  readonly marksNewDirectories?: boolean | undefined;
  /** Whether merged directories can be renamed, by marks beyond the model: redirect_dir. */
  readonly marksRedirects?: boolean | undefined;
  /** Whether a directory that is copied up stays opaque, and hides what it merged: before 4.8. */
  readonly copiesOpaque?: boolean | undefined;
  /** Whether the kernel mounts layers that overlap: before 5.2. */
  readonly allowsOverlap?: boolean | undefined;
}
