import type { OverlayDriver } from '../../driver/driver.js';
import type { ProfileName } from '../../domain/profiles/profile.js';
import type { FileSystem } from '../../ports/file-system.js';
import type { Kernel } from '../../ports/kernel.js';

/**
 * The driver's methods, as every target offers them.
 *
 * @public
 * @since 0.1.0
 */
export type TargetDriver = Pick<
  OverlayDriver,
  | 'applyDiff'
  | 'changes'
  | 'cleanup'
  | 'create'
  | 'createReadWrite'
  | 'diff'
  | 'diffSize'
  | 'exists'
  | 'get'
  | 'getMetadata'
  | 'put'
  | 'remove'
  | 'status'
  | 'string'
>;

/**
 * What a target can do beyond making, mounting and removing layers. What it cannot do is skipped,
 * with the reason in every report.
 *
 * @public
 * @since 0.1.0
 */
export interface TargetCapabilities {
  /** Layers may be limited in size. */
  readonly quota: boolean;
  /** Mounts may carry an SELinux label. */
  readonly label: boolean;
  /** Diff, ApplyDiff, Changes and DiffSize. */
  readonly diff: boolean;
  /** The home can be looked into. */
  readonly onDisk: boolean;
}

/**
 * Somebody's driver on some home, with the files that the paths it gives lead to.
 *
 * @public
 * @since 0.1.0
 */
export interface Target {
  /** `builtin:linux` … */
  readonly name: string;
  readonly profile: ProfileName;
  readonly home: string;
  readonly capabilities: TargetCapabilities;
  readonly driver: TargetDriver;
  /** File operations by path: in a mounted layer, and in the home where `onDisk` says so. */
  readonly files: FileSystem;
  /** The machine that the mounts are made on. */
  readonly kernel: Pick<Kernel, 'mountInfo' | 'umask'>;
  /** Ends the driver; what is mounted stays. */
  dispose(): Promise<void>;
}

/**
 * Makes a target on a home. Every call is another driver.
 *
 * @public
 * @since 0.1.0
 */
export type TargetFactory = (home: string) => Promise<Target>;
