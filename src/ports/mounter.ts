/**
 * The pluggable kernel backend: how an overlay gets mounted. The classic backend and the judge use
 * `data`; a backend on the new mount API uses `layers` and knows no page limit.
 */

/** The parts that `data` was built from, all absolute and unescaped. */
export interface OverlayLayers {
  /** Uppermost first. */
  readonly lowers: readonly string[];
  /** Absent in a read-only mount, as is `work`. */
  readonly upper?: string;
  readonly work?: string;
  /** SELinux label, `''` for none. */
  readonly label: string;
  /** Whether `index=off` is asked for. */
  readonly indexOff: boolean;
}

/** One `mount("overlay", target, "overlay", flags, data)`. */
export interface MountCall {
  /** Absolute, or relative to `cwd` when that is given. */
  readonly target: string;
  readonly flags: number;
  /** The option string, as the classic call takes it. */
  readonly data: string;
  /** The directory that relative paths start from; the caller's own is never changed. */
  readonly cwd?: string;
  /** Absent where the call is a mere probe of the module. */
  readonly layers?: OverlayLayers;
}

/** Mounts and unmounts. Failures are `SyscallError`s of `mount`, `chdir` and `umount`. */
export interface Mounter {
  /** Whether `data` is cut at a page, as the classic call does it. */
  readonly pageLimited: boolean;
  mount(call: MountCall): Promise<void>;
  /** `umount2`; flags are 0 or `MNT_DETACH` of `domain/mounts/umount-flags`. */
  umount(target: string, flags: number): Promise<void>;
}
