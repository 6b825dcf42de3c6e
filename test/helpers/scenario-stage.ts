/** What the parts of a scenario's player share. */
import { Buffer } from 'node:buffer';
import type { FileHandle, FileSystem } from '../../src/ports/file-system.js';
import type { ScenarioDriver, ScenarioHost } from './scenario-types.js';

/** What is known while a scenario is played. */
export interface Stage {
  readonly host: ScenarioHost;
  readonly files: FileSystem;
  readonly home: string;
  /** Seconds since 1970; later times in archives come from the clock and are masked. */
  readonly startSeconds: number;
  readonly drivers: Map<string, ScenarioDriver>;
  readonly options: Map<string, { storageOpt?: Map<string, string> }>;
  readonly handles: Map<string, FileHandle>;
  /** Archives as they were recorded: by step, what ApplyDiff was given. */
  readonly given: ReadonlyMap<number, Uint8Array>;
}

/** A step that failed, and what it has to tell besides. */
export class StepFailure extends Error {
  readonly also: unknown;

  constructor(cause: unknown, also: unknown) {
    super('a step failed', { cause });
    this.also = also;
  }
}

/** Tells an archive as recorded answers hold it while they are compared: base64 of its bytes. */
export function archiveText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
