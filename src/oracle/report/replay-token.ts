import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Sequence } from '../commands/sequence.js';

/** Begins every token, with the version of what follows. */
const PREFIX = 'o2r1-';
const INFLATED_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Everything that a sequence needs to be run again.
 *
 * @public
 * @since 0.1.0
 */
export interface Replay {
  /** `builtin:fake` … */
  readonly target: string;
  readonly profile: ProfileName;
  readonly judgeProfile: ProfileName;
  /** The kernel preset of the fake; absent on a real kernel. */
  readonly kernel?: string;
  readonly seed: number;
  /** Which of the seed's sequences it was made from. */
  readonly index: number;
  /** With what goes wrong in its operations, and with who goes on when. */
  readonly sequence: Sequence;
  /** Which calls of the ports fail or end the process, as who injects faults tells it. */
  readonly faults?: readonly unknown[];
}

/**
 * Gives a replay as one word that a shell takes as it is.
 *
 * @public
 * @since 0.1.0
 */
export function encodeReplay(replay: Replay): string {
  return PREFIX + deflateRawSync(JSON.stringify(replay)).toString('base64url');
}

/**
 * Reads what {@link encodeReplay} gave, or the JSON of a replay.
 *
 * @throws GraphDriverError of code `replay` for anything else.
 * @public
 * @since 0.1.0
 */
export function decodeReplay(text: string): Replay {
  const trimmed = text.trim();
  try {
    return checkReplay(JSON.parse(trimmed.startsWith('{') ? trimmed : inflate(trimmed)));
  } catch (error) {
    if (error instanceof GraphDriverError) throw error;
    throw new GraphDriverError('replay', `not a replay: ${messageOf(error)}`, { cause: error });
  }
}

function inflate(token: string): string {
  if (!token.startsWith(PREFIX)) throw new Error(`it does not begin with ${PREFIX}`);
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
  return inflateRawSync(bytes, { maxOutputLength: INFLATED_BYTES_MAX }).toString('utf8');
}

function checkReplay(value: unknown): Replay {
  const replay = value as Partial<Replay> | null;
  const operations = replay?.sequence?.operations;
  const isWhole =
    typeof replay?.target === 'string' &&
    typeof replay.profile === 'string' &&
    typeof replay.judgeProfile === 'string' &&
    typeof replay.sequence?.surroundings?.homePadding === 'number' &&
    Array.isArray(operations) &&
    operations.every((one: unknown) => typeof (one as { op?: unknown } | null)?.op === 'string');
  if (!isWhole) throw new GraphDriverError('replay', 'not a replay: parts of it are missing');
  return replay as Replay;
}
