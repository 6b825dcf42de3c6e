/**
 * What kernels did that are no longer made; nothing of it where nothing is said.
 *
 * @public
 * @since 0.1.0
 */
export interface OlderKernel {
  /** Whether the kernel marks directories opaque that are made in merged ones: 4.10 to 5.13. */
  readonly marksNewDirectories?: boolean | undefined;
  /** Whether merged directories can be renamed, by marks that the model cannot read. */
  readonly marksRedirects?: boolean | undefined;
  /** Whether a directory that is copied up stays opaque, and hides what it merged: before 4.8. */
  readonly copiesOpaque?: boolean | undefined;
  /** Whether the kernel mounts layers that overlap: before 5.2. */
  readonly allowsOverlap?: boolean | undefined;
}
