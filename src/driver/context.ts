import type { IdMapping } from '../domain/identities/id-map.js';
import type { DriverOptions } from '../domain/options/driver-options.js';
import type { Profile } from '../domain/profiles/profile.js';
import type { Locker } from './locker.js';
import type { Ports } from './ports.js';
import type { ProcessState } from './process-state.js';
import type { QuotaControl } from './quota-control.js';
import type { RefCounter } from './ref-counter.js';

export type { Ports } from './ports.js';

/**
 * What an initialised driver knows; every use case takes it first.
 *
 * @source moby overlay2/overlay.go type Driver
 * @internal
 */
export interface DriverContext {
  readonly ports: Ports;
  readonly profile: Profile;
  /**
   * The process-wide state of moby-2019; in strict a copy that this driver alone holds (Q-01,
   *
   */
  readonly process: ProcessState;
  /** Absolute. */
  readonly home: string;
  readonly options: DriverOptions;
  readonly mapping: IdMapping;
  readonly counter: RefCounter;
  readonly locker: Locker;
  /** Absent where the backing file system has no project quota. */
  readonly quotaControl: QuotaControl | undefined;
  readonly supportsDType: boolean;
}
