import { METHODS, type Method, type Params, type Result } from '../../protocol/methods.js';
import { errorOfReply } from '../../protocol/error-of-reply.js';
import { type ProtocolFault, SkippedOperation } from '../../protocol/protocol-fault.js';
import { OUTCOME, type Outcome } from '../../protocol/reply.js';
import { TesteeProcess, type TesteeLimits } from './testee-process.js';

/**
 * Asks a testee: one request, one reply, checked by the schemas.
 *
 * @internal
 */
export class ProgramClient {
  readonly #process: TesteeProcess;
  readonly #skipped: (method: Method, reason: string) => void;
  #id = 0;
  #last = '';

  /**
   * Starts the program.
   *
   * @param command - the program and its arguments.
   * @param skipped - hears of every request that was skipped.
   */
  constructor(
    command: readonly string[],
    limits: TesteeLimits,
    skipped: (method: Method, reason: string) => void,
  ) {
    this.#process = new TesteeProcess(command, limits);
    this.#skipped = skipped;
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it can still be asked. */
  get isAlive(): boolean {
    return this.#process.isAlive;
  }

  /**
   * Performs a request.
   *
   * @throws GraphDriverError where it failed, SkippedOperation where it was skipped, ProtocolFault
   *   where there was no proper reply.
   */
  async ask<Name extends Method>(method: Name, params: Params<Name>): Promise<Result<Name>> {
    this.#id += 1;
    const id = this.#id;
    const request = JSON.stringify({ id, method, params });
    this.#last = request;
    const line = await this.#process.ask(request);
    const { result, error, skipped } = this.#read(request, line, id);
    if (error !== undefined) throw errorOfReply(error);
    if (skipped !== undefined) {
      this.#skipped(method, skipped.reason);
      throw new SkippedOperation(method, skipped.reason);
    }
    const parsed = METHODS[method].result.safeParse(result);
    if (parsed.success) return parsed.data as Result<Name>;
    const [issue] = parsed.error.issues;
    const where = ['result', ...(issue?.path ?? [])].join('.');
    throw this.#process.fault('wrong-reply', request, `${where}: ${issue?.message}: ${line}`);
  }

  /** Makes a fault of the last reply, which was well-formed. */
  wrong(came: string): ProtocolFault {
    return this.#process.fault('wrong-reply', this.#last, came);
  }

  /** Asks it to quit, and kills it where it does not. */
  async quit(): Promise<void> {
    try {
      if (this.isAlive) await this.ask('quit', {});
      await this.#process.end();
    } catch {
      // It was to end, and has: how it did is nobody's concern any more.
      await this.#process.kill();
    }
  }

  kill(): Promise<void> {
    return this.#process.kill();
  }

  #read(request: string, line: string, id: number): Outcome {
    let reply: unknown;
    try {
      reply = JSON.parse(line);
    } catch {
      throw this.#process.fault('not-json', request, line);
    }
    if (typeof reply !== 'object' || reply === null || Array.isArray(reply)) {
      throw this.#process.fault('not-json', request, line);
    }
    const replied = 'id' in reply ? reply.id : undefined;
    if (replied !== id) {
      // A second reply may come before the next request or after it, and is the same fault.
      const isAnswered = typeof replied === 'number' && replied > 0 && replied < id;
      throw this.#process.fault(isAnswered ? 'surplus' : 'wrong-id', request, line);
    }
    const parsed = OUTCOME.safeParse(reply);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    const what = where === '' ? issue?.message : `${where}: ${issue?.message}`;
    throw this.#process.fault('wrong-reply', request, `${what}: ${line}`);
  }
}
