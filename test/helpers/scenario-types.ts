/** The types of scenarios, and what a driver under test has to offer to be played on. */
import type { Buffer } from 'node:buffer';
import type { FileSystem } from '../../src/ports/file-system.js';
import type { LogLine } from './scenario-canonical.js';

/** One range of an id map, as the driver's JSON names it. */
export interface MapRange {
  readonly container_id: number;
  readonly host_id: number;
  readonly size: number;
}

/**
 * One step. `do` names a method of the driver or a file operation, and each has fields of its own;
 * `peers/README.md` lists them.
 */
export interface Step {
  readonly do: string;
  /** Which of several drivers; the one without a name by default. */
  readonly driver?: string;
  /** A home beside the scenario's own, by a path relative to the directory that holds it. */
  readonly home?: string;
  readonly options?: readonly string[];
  readonly uidMaps?: readonly MapRange[] | null;
  readonly gidMaps?: readonly MapRange[] | null;
  readonly id?: string;
  readonly parent?: string;
  readonly label?: string;
  readonly storageOpt?: Readonly<Record<string, string>>;
  /** Name under which an options object is kept for further calls. */
  readonly keep?: string;
  readonly archive?: { readonly nil?: boolean };
  /** Names of archive members whose time is not the scenario's. */
  readonly mask?: readonly string[];
  readonly prefix?: string;
  readonly count?: number;
  readonly width?: number;
  readonly path?: string;
  readonly to?: string;
  readonly content?: string;
  readonly size?: number;
  readonly mode?: string;
  readonly type?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly major?: number;
  readonly minor?: number;
  readonly name?: string;
  readonly value?: string;
  readonly mtime?: number;
  readonly nanos?: number;
  readonly lazy?: boolean;
  readonly data?: string;
  /** What the step shows, for whoever reads it. */
  readonly note?: string;
  /** Where what the seed calls, in the recorded peer, is newer than the seed: what it gave. */
  readonly seed?: Correction;
  /** Why only the kind of outcome is compared: our text is ours there. */
  readonly loose?: string;
}

/** What the seed answers where the recorded peer, which calls newer packages, does not. */
export interface Correction {
  readonly why: string;
  /** Recorded lines and what they would be; a null means that the line is not there. */
  readonly lines?: readonly (readonly [recorded: string, seed: string | null])[];
  /** The whole answer, in place of lines. */
  readonly ok?: unknown;
  readonly error?: { readonly message: string; readonly errno?: string };
  readonly logs?: readonly LogLine[];
}

/** A file of `test/scenarios`. */
export interface Scenario {
  readonly why: string;
  readonly quirks: readonly string[];
  readonly umask?: string;
  /** Bytes of the home's path; mount data is as long wherever the scenario is played. */
  readonly homeLength?: number;
  readonly homeName?: string;
  /** What the host must have, by names of `scenario-needs.ts`. */
  readonly needs?: readonly string[];
  readonly steps: readonly Step[];
}

/** An archive in a fixture: gzip of its bytes, or their digest where they are many. */
export interface ArchiveText {
  readonly bytes: number;
  readonly gzip?: string;
  readonly sha256?: string;
}

/** What a driver is made from. */
export interface ScenarioInit {
  readonly home: string;
  readonly options: readonly string[];
  readonly uidMaps: readonly MapRange[] | undefined;
  readonly gidMaps: readonly MapRange[] | undefined;
}

/** A difference between two trees. */
export interface ScenarioChange {
  readonly path: Uint8Array;
  readonly kind: 'modify' | 'add' | 'delete';
}

/** The driver's methods as scenarios call them. */
export interface ScenarioDriver {
  string(): string;
  status(): Promise<readonly (readonly [string, string])[]>;
  getMetadata(id: string): Promise<object>;
  cleanup(): Promise<void>;
  create(id: string, parent: string, options?: ScenarioOptions): Promise<void>;
  createReadWrite(id: string, parent: string, options?: ScenarioOptions): Promise<void>;
  remove(id: string): Promise<void>;
  get(id: string, label: string): Promise<string>;
  put(id: string): Promise<void>;
  exists(id: string): Promise<boolean>;
  applyDiff(
    id: string,
    parent: string,
    archive: AsyncIterable<Uint8Array> | undefined,
  ): Promise<bigint>;
  diff(id: string, parent: string): Promise<AsyncIterable<Uint8Array>>;
  diffSize(id: string, parent: string): Promise<bigint>;
  changes(id: string, parent: string): Promise<readonly ScenarioChange[]>;
}

/** Storage options, which the driver may write into. */
export interface ScenarioOptions {
  storageOpt?: Map<string, string>;
}

/** The machine, real or not, that drivers under test run on. */
export interface ScenarioHost {
  /** For the file operations of scenarios, behind the driver's back or through a mount. */
  readonly files: FileSystem;
  /** Init of a driver; several may live at once. */
  open(init: ScenarioInit): Promise<ScenarioDriver>;
  /** Ends the process: what is process-wide starts afresh. */
  newProcess(): Promise<void>;
  setUmask(mask: number): void;
  /** The lines of /proc/self/mountinfo. */
  mountTable(): Buffer;
  /** Mounts a type of file system at a directory, which is made; `xfs` and `btrfs` on an image. */
  mountBacking(type: string, path: string, data: string): void;
  /** Mounts a file over another. */
  mountFile(source: string, path: string): void;
  unmount(path: string, lazy: boolean): Promise<void>;
  /** The lines logged since the last call. */
  takeLogs(): readonly LogLine[];
  dispose(): Promise<void>;
}
