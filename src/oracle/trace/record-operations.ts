import type { Answer } from '../commands/answer.js';
import type { Operation } from '../commands/operation.js';
import { OperationRunner } from '../commands/run-operation.js';
import { toWireChange } from '../protocol/file-changes.js';
import { toWireEntry } from '../protocol/tree-entries.js';
import type { SequenceTarget } from '../targets/sequence-target.js';
import { RecordingDriver } from './recording-driver.js';
import type { RecordedCall, TraceRecorder } from './trace-recorder.js';

/**
 * Performs operations on a target and records them: the driver's calls, and what is done from
 * outside.
 *
 * @public
 * @since 0.2.0
 */
export class RecordingRunner {
  readonly #runner: OperationRunner;
  readonly #recorder: TraceRecorder;
  readonly #now: () => bigint;
  /** The trees that Get gave, by id. */
  readonly #trees = new Map<string, string>();

  constructor(target: SequenceTarget, recorder: TraceRecorder, now: () => bigint) {
    this.#runner = new OperationRunner(recordedTarget(target, recorder));
    this.#recorder = recorder;
    this.#now = now;
  }

  /** Performs an operation; whatever fails is an answer, too. */
  async run(operation: Operation): Promise<Answer> {
    const call = this.#outsideCall(operation);
    const start = this.#now();
    const answer = await this.#runner.run(operation);
    if (operation.op === 'get' && answer.ok && answer.value.kind === 'path') {
      this.#trees.set(operation.id, answer.value.path);
    }
    if (call !== undefined) this.#recorder.note(call, start, outcomeOf(answer));
    return answer;
  }

  /** What is no call of the driver's is recorded here. */
  #outsideCall(operation: Operation): RecordedCall | undefined {
    switch (operation.op) {
      case 'file': {
        const path = this.#trees.get(operation.id);
        if (path === undefined) return undefined;
        return { method: 'file', params: { path, change: toWireChange(operation.change) } };
      }
      case 'walk': {
        const path = this.#trees.get(operation.id);
        return path === undefined ? undefined : { method: 'walk', params: { path } };
      }
      case 'restart':
        return { method: 'restart', params: { process: operation.process } };
      case 'umount':
        return { method: 'umount', params: { id: operation.id } };
      case 'tamper': {
        const { id, part, to } = operation;
        return { method: 'tamper', params: { id, part, to } };
      }
      case 'create':
      case 'remove':
      case 'get':
      case 'put':
      case 'exists':
      case 'metadata':
      case 'status':
      case 'cleanup':
      case 'apply':
      case 'diff':
      case 'diffSize':
      case 'changes':
      case 'transfer':
        return undefined;
    }
  }
}

/** The driver in force may be another one after a restart. */
function recordedTarget(target: SequenceTarget, recorder: TraceRecorder): SequenceTarget {
  return new Proxy(target, {
    get(of, key): unknown {
      if (key === 'driver') return new RecordingDriver(of.driver, recorder);
      const value: unknown = Reflect.get(of, key, of);
      return typeof value === 'function' ? value.bind(of) : value;
    },
  });
}

function outcomeOf(answer: Answer): object {
  if (!answer.ok) {
    const { code, errno, message } = answer;
    return { error: { message, ...(errno === undefined ? {} : { errno }), code } };
  }
  const { value } = answer;
  return { result: value.kind === 'tree' ? { entries: value.entries.map(toWireEntry) } : {} };
}
