import type { Profile } from '../../domain/profiles/profile.js';
import type { ProtocolFault } from '../../oracle/protocol/protocol-fault.js';
import { storeTargets } from '../../oracle/targets/containers-storage/store-targets.js';
import type { SequenceTargets } from '../../oracle/targets/sequence-target.js';
import { UsageError } from '../exit-code.js';
import { TIMEOUT_MS, withForeignTargets } from './with-foreign-targets.js';

/** Begins the name of a store behind the command line of `containers-storage`. */
export const STORE = 'containers-storage:';

const EXPECTED = 'what the command line of containers-storage says';

/** How stores are reached. */
export interface StoreUse {
  /** `containers-storage:` and the directory that stores are made in. */
  readonly name: string;
  readonly profile: Profile;
  /** An empty directory, absolute, below that one. */
  readonly place: string;
  /** Milliseconds that a command may take; 30 s unless told. */
  readonly timeout?: number;
}

/**
 * Makes targets of stores behind the command line of `containers-storage`, and ends them when they
 * were used.
 *
 * @throws UsageError where the program is not installed; Divergence where it answers in a way of
 *   its own; GraphDriverError where it cannot work here.
 * @internal
 */
export async function withStoreTargets<T>(
  { name, profile, place, timeout = TIMEOUT_MS }: StoreUse,
  use: (targets: SequenceTargets) => Promise<T>,
): Promise<T> {
  const options = { name, profile: profile.name, timeoutMs: timeout, place };
  const make = (surroundings: Pick<Options, 'host' | 'learnWorld'>): Promise<SequenceTargets> =>
    storeTargets({ ...options, ...surroundings });
  return withForeignTargets({ make, expected: EXPECTED, explain }, use);
}

type Options = Parameters<typeof storeTargets>[0];

function explain({ fault, came }: ProtocolFault): void {
  if (fault !== 'start') return;
  const where = "Debian's package containers-storage has it";
  throw new UsageError(`cannot start containers-storage: ${came}; ${where}`);
}
