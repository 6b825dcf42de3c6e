import type { Random } from '../../ports/random.js';
import type { Machine } from './machine.js';

/**
 * Bytes that the machine's seed decides.
 *
 * @internal
 */
export class FakeRandom implements Random {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async bytes(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    this.#machine.random.generate(bytes);
    return bytes;
  }
}
