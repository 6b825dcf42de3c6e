import type { FailedCall } from '../../domain/errors.js';

/**
 * The port, or the kind of handle it gave out, that a call goes to.
 *
 * @internal
 */
export type PortName = 'fs' | 'file' | 'directory' | 'mounter' | 'quota';

/**
 * What a call does to the world: nothing, a change, or making changes last.
 *
 * @internal
 */
export type CallEffect = 'none' | 'change' | 'sync';

/**
 * An argument as data that JSON can hold: names and paths are texts, 64-bit numbers decimal texts,
 * contents their lengths.
 *
 * @internal
 */
export type ArgumentSummary =
  | string
  | number
  | boolean
  | null
  | readonly ArgumentSummary[]
  | { readonly [key: string]: ArgumentSummary };

/**
 * One call of a port that is about to be made.
 *
 * @internal
 */
export interface PortCall {
  readonly port: PortName;
  /** The method, as `mkdirat`. */
  readonly call: string;
  readonly effect: CallEffect;
  /** The path of the open file or directory that is called; `''` for a port itself. */
  readonly subject: string;
  readonly args: readonly ArgumentSummary[];
  /** Whole paths of what the call names, as bytes; that of the handle where it names nothing. */
  readonly paths: readonly Uint8Array[];
  /** The wrapped handle itself; undefined for a port. */
  readonly handle: object | undefined;
  /** Whether the result is a handle, to be closed. */
  readonly opens: boolean;
  /** What an error of the call says of it. */
  readonly told: Omit<FailedCall, 'errno'>;
}

/**
 * Stands around every call of a port: makes it by `perform`, or does not, and gives its result.
 *
 * @internal
 */
export type Around = (call: PortCall, perform: () => Promise<unknown>) => Promise<unknown>;

/**
 * Chooses calls.
 *
 * @internal
 */
export type CallFilter = (call: PortCall) => boolean;

/**
 * Chooses every call.
 *
 * @internal
 */
export function everyCall(): boolean {
  return true;
}

/**
 * Chooses the calls that change something or make changes last.
 *
 * @internal
 */
export function mutatingOnly(call: PortCall): boolean {
  return call.effect !== 'none';
}
