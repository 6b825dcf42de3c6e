import { MOBY_2019 } from '../../domain/profiles/moby-2019.js';
import { STRICT } from '../../domain/profiles/strict.js';
import type { TargetsByProfile } from '../../oracle/vectors/sequences/run-on-both.js';
import { fakeTargets } from '../targets/fake-targets.js';

/**
 * Makes drivers in memory for the sequences among vectors, when they are asked for first.
 *
 * @internal
 */
export class VectorTargets {
  #made: Promise<TargetsByProfile> | undefined;

  readonly get = (): Promise<TargetsByProfile> => (this.#made ??= make());

  async dispose(): Promise<void> {
    const targets = await this.#made;
    if (targets === undefined) return;
    for (const one of Object.values(targets)) await one.dispose();
  }
}

async function make(): Promise<TargetsByProfile> {
  return {
    'moby-2019': await fakeTargets({ profile: MOBY_2019 }),
    strict: await fakeTargets({ profile: STRICT }),
  };
}
