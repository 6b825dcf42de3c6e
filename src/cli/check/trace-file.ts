import { closeSync, openSync, writeSync } from 'node:fs';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import type { ProfileName } from '../../domain/profiles/profile.js';
import type { CampaignOptions } from '../../oracle/judge/campaign.js';
import type { SequenceTargets, Skip } from '../../oracle/targets/sequence-target.js';
import { RecordingRunner } from '../../oracle/trace/record-operations.js';
import { TraceRecorder } from '../../oracle/trace/trace-recorder.js';

/** Characters that wait before they are written. */
const WAITING_MAX = 64 * 1024;

const REASON = 'a history has no word for them (--trace)';

/**
 * What a check leaves out whose calls are written down.
 *
 * @internal
 */
export const LEFT_OUT_OF_TRACES: readonly Skip[] = [
  { what: 'calls that fail and processes that end', reason: REASON },
  { what: 'callers that take turns', reason: REASON },
];

/**
 * A file of histories, one for each sequence of a check, as `trace` reads it.
 *
 * @internal
 */
export class TraceFile {
  readonly #path: string;
  readonly #descriptor: number;
  #waiting: string[] = [];
  #length = 0;

  /**
   * @param goesOn - whether histories are added to those that the file has.
   * @throws GraphDriverError of code `output` where it cannot be written.
   */
  constructor(path: string, goesOn: boolean) {
    this.#path = path;
    this.#descriptor = this.#try(() => openSync(path, goesOn ? 'a' : 'w'));
  }

  /** Gives what performs the operations of a campaign's sequences and writes them down. */
  recorderOf(
    { world }: SequenceTargets,
    profile: ProfileName,
  ): NonNullable<CampaignOptions['performOn']> {
    const now = (): bigint => process.hrtime.bigint();
    return (target) => {
      const recorder = new TraceRecorder((line) => this.#write(line), now);
      recorder.begin({ home: target.home, profile, world, files: 'recorded' });
      const runner = new RecordingRunner(target, recorder, now);
      return (operation) => runner.run(operation);
    };
  }

  /**
   * Writes what waits.
   *
   * @throws GraphDriverError of code `output` where it cannot be written.
   */
  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #write(line: string): void {
    this.#waiting.push(line);
    this.#length += line.length;
    if (this.#length > WAITING_MAX) this.#flush();
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#length = 0;
    for (let at = 0; at < bytes.length;) {
      const from = at;
      at += this.#try(() => writeSync(this.#descriptor, bytes, from));
    }
  }

  #try<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      const text = `write ${this.#path}: ${messageOf(error)}`;
      throw new GraphDriverError('output', text, { cause: error });
    }
  }
}
