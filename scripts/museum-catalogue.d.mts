/** A fault of the museum, as `test/museum/faults` has it. */
export interface Fault {
  readonly id: string;
  readonly kind: 'historical' | 'synthetic';
  /** Where a driver had it; of a synthetic one, what it imitates. */
  readonly source: string;
  /** What somebody who uses the driver sees of it. */
  readonly what: string;
  /** What a sequence needs beside calls of the driver, to show it. */
  readonly needs?: string;
  /** The profile whose driver it breaks. */
  readonly profile: 'moby-2019' | 'strict';
  /** Below the root of the project. */
  readonly file: string;
  /** The text, once in the file, and what takes its place. */
  readonly find: string;
  readonly replace: string;
}

/** A module to be loaded in place of the built one. */
export interface PlantedModule {
  readonly url: string;
  readonly source: string;
}

export function readFaults(): Fault[];
export function plantFault(fault: Fault, root?: string): PlantedModule;
