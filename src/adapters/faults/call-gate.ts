import { SyscallError } from '../../domain/errors.js';
import { ERRNO } from '../../domain/go/errno.js';
import type { ErrnoName } from '../../domain/go/errno.js';
import { everyCall } from './port-call.js';
import type { Around, CallFilter, PortCall } from './port-call.js';

/**
 * The end of the process as a test sees it: thrown by the call at which the process "died" and by
 * every call after it.
 *
 * @internal
 */
export class CrashError extends Error {
  override readonly name = 'CrashError';

  constructor() {
    super('the process has crashed');
  }
}

/**
 * What becomes of a call: it passes, fails with an errno without being made, or is the last thing
 * the process was about to do.
 *
 * @internal
 */
export type Verdict = 'pass' | 'crash' | { readonly fail: ErrnoName };

/**
 * Decides about one counted call. Numbers start at 1.
 *
 * @internal
 */
export type GateRule = (call: PortCall, number: number) => Verdict;

/**
 * Lets every call pass, so that a run can be counted.
 *
 * @internal
 */
export function passAll(): Verdict {
  return 'pass';
}

/**
 * Fails the n-th counted call alone.
 *
 * @internal
 */
export function failAt(number: number, errno: ErrnoName): GateRule {
  return (_call, at) => (at === number ? { fail: errno } : 'pass');
}

/**
 * Fails the n-th counted call and all after it, as a disk that is full does.
 *
 * @internal
 */
export function failFrom(number: number, errno: ErrnoName): GateRule {
  return (_call, at) => (at >= number ? { fail: errno } : 'pass');
}

/**
 * Crashes instead of the n-th counted call.
 *
 * @internal
 */
export function crashAt(number: number): GateRule {
  return (_call, at) => (at === number ? 'crash' : 'pass');
}

/**
 * Decides about every call of the ports that it stands around. One gate may stand around several
 * ports: it counts their calls together.
 *
 * It can fail any call with any errno before the call is made, and crash at any call. It does not
 * make short writes, and does not lose what was written before a crash: that is `UnsyncedFiles`.
 *
 * @internal
 */
export class CallGate {
  readonly #rule: GateRule;
  readonly #counts: CallFilter;
  readonly #open = new Set<object>();
  #count = 0;
  #crashed = false;

  /**
   * @param rule - asked about every counted call.
   * @param counts - which calls are counted; the others pass.
   */
  constructor(rule: GateRule, counts: CallFilter = everyCall) {
    this.#rule = rule;
    this.#counts = counts;
  }

  /** How many counted calls came here, the failed ones included. */
  get count(): number {
    return this.#count;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** Give this to `interceptPorts`. */
  readonly around: Around = async (call, perform) => {
    const verdict = this.#judge(call);
    if (verdict === 'crash') throw new CrashError();
    const closes = call.call === 'close' && call.handle !== undefined;
    if (closes) this.#open.delete(call.handle);
    if (verdict !== 'pass') {
      // As in the kernel, a close that fails has closed the file all the same.
      if (closes) await perform();
      throw new SyscallError({ errno: ERRNO[verdict.fail], ...call.told });
    }
    const result = await perform();
    if (call.opens) this.#open.add(result as object);
    return result;
  };

  /** Closes what a crash left open, as the end of a process does. Errors are thrown at the end. */
  async closeLeftOpen(): Promise<void> {
    const handles = [...this.#open] as { close(): Promise<void> }[];
    this.#open.clear();
    const results = await Promise.allSettled(handles.map(async (handle) => handle.close()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  #judge(call: PortCall): Verdict {
    if (this.#crashed) return 'crash';
    if (!this.#counts(call)) return 'pass';
    this.#count += 1;
    const verdict = this.#rule(call, this.#count);
    if (verdict === 'crash') this.#crashed = true;
    return verdict;
  }
}
