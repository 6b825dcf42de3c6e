import type { Volume, VolumeId } from '../../domain/union/volume.js';
import type { MachineClock } from './machine-clock.js';

/**
 * What a volume gets from the machine that it belongs to, before and after a fork.
 *
 * @internal
 */
export interface VolumeHost {
  readonly find: FindMachineVolume;
  readonly clock: MachineClock;
  /** Ends the keeping of a volume that another one lies on. */
  letGo(volume: VolumeId): void;
}

/**
 * A volume that a machine can take with it when it forks.
 *
 * @internal
 */
export interface MachineVolume extends Volume {
  /** Gives an independent volume of the same id and state for another machine. */
  fork(host: VolumeHost): MachineVolume;
  /** Frees what it keeps outside; called once the last reference to it went. */
  dispose?(): void;
}

/**
 * Gives a volume of one machine.
 *
 * @internal
 */
export type FindMachineVolume = (id: VolumeId) => MachineVolume;
