import { SyscallError } from '../../domain/errors.js';
import type { TurnCall } from '../targets/sequence-target.js';

/** Of FNV-1a with 32 bits. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
const DEPTH_MAX = 4;
/** After these a driver changes what it counts, so that their order matters, too. */
const COUNTING: ReadonlySet<string> = new Set(['statfs', 'mountInfo']);

/**
 * Tells apart where callers are: by what each of them was given so far, and by the order of the
 * calls that changed something. Runs that are equal in this go on alike, since a driver knows
 * nothing else and a machine in memory has no will of its own.
 *
 * @internal
 */
export class Trail {
  readonly #told: string[];
  readonly #counts: number[];
  #changes = '';

  constructor(callers: number) {
    this.#told = Array.from({ length: callers }, () => '');
    this.#counts = Array.from({ length: callers }, () => 0);
  }

  add({ caller, changes, name }: TurnCall, outcome: unknown): void {
    const count = (this.#counts[caller] ?? 0) + 1;
    this.#counts[caller] = count;
    // What was read is in the reader's buffer alone: it is what was there after these changes.
    const given = name === 'read' ? this.#changes : tell(outcome, 0);
    this.#told[caller] = mix(this.#told[caller] ?? '', `${name} ${given}`);
    if (changes || COUNTING.has(name)) this.#changes = mix(this.#changes, `${caller} ${count}`);
  }

  get state(): string {
    return `${this.#changes}/${this.#told.join('/')}`;
  }
}

/** Two hashes that differ in where they begin, as one short text. */
function mix(before: string, text: string): string {
  const all = `${before} ${text}`;
  return `${hash(all, BASIS)}.${hash(all, PRIME)}`;
}

function hash(text: string, begin: number): string {
  let value = begin;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), PRIME);
  }
  return (value >>> 0).toString(36);
}

/** Tells what a call gave, without what tells nothing: times, and handles. */
function tell(outcome: unknown, depth: number): string {
  if (outcome instanceof SyscallError) return outcome.errnoName;
  if (outcome instanceof Error) return outcome.name;
  if (outcome instanceof Uint8Array) return outcome.join();
  if (Array.isArray(outcome)) return outcome.map((one: unknown) => tell(one, depth + 1)).join();
  if (typeof outcome !== 'object' || outcome === null) return String(outcome);
  if (depth >= DEPTH_MAX || 'close' in outcome) return 'handle';
  const told = Object.entries(outcome).filter(([key]) => !key.endsWith('time'));
  return told.map(([key, value]) => `${key}:${tell(value, depth + 1)}`).join();
}
