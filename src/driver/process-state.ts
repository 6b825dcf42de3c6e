/**
 * What is a package variable in Go, and so shared by every driver of one process: restarting the
 * driver keeps it, restarting the process does not. The caller holds it and passes it to Init.
 *
 * @source moby overlay2/overlay.go var block
 * @public
 * @since 0.1.0
 */
export interface ProcessState {
  /** Name of the file system below the home that was initialised last. */
  backingFs: string;
  /** Whether any home of the process ever had project quota. */
  projectQuotaSupported: boolean;
  /** Whether mounts ask for `index=off`. */
  indexOff: boolean;
  /** What the native-diff probe found; undefined until it has run. */
  naiveDiffOnly: boolean | undefined;
}

/**
 * Gives the state of a process that has not initialised a driver yet.
 *
 * @source moby overlay2/overlay.go var block
 * @public
 * @since 0.1.0
 */
export function createProcessState(): ProcessState {
  return {
    backingFs: '<unknown>',
    projectQuotaSupported: false,
    indexOff: false,
    naiveDiffOnly: undefined,
  };
}
