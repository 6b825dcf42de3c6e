import { inodeError } from '../../domain/union/inode-error.js';
import type { Kernel } from '../../ports/kernel.js';
import { fromByteString } from './byte-string.js';
import { failure } from './failure.js';
import type { Machine, NamespaceId } from './machine.js';

/**
 * What the machine's kernel tells, and what one namespace sees mounted.
 *
 * @internal
 */
export class FakeKernel implements Kernel {
  readonly #machine: Machine;
  readonly #namespace: NamespaceId;

  constructor(machine: Machine, namespace: NamespaceId) {
    this.#machine = machine;
    this.#namespace = namespace;
  }

  async release(): Promise<string> {
    return this.#machine.kernel.release;
  }

  pageSize(): number {
    return this.#machine.kernel.pageSize;
  }

  umask(): number {
    return this.#machine.kernel.umask;
  }

  tempDirectory(): string {
    return this.#machine.kernel.tempDirectory;
  }

  async fileSystems(): Promise<string> {
    return this.#machine.kernel.fileSystems;
  }

  async overlayParameter(name: string): Promise<string> {
    const value = this.#machine.kernel.overlayParameters[name];
    if (value !== undefined) return `${value}\n`;
    throw failure(inodeError('ENOENT'), 'open', `/sys/module/overlay/parameters/${name}`);
  }

  async uidMap(): Promise<string> {
    return this.#machine.kernel.uidMap;
  }

  async mountInfo(): Promise<Uint8Array> {
    return fromByteString(this.#machine.mountInfo(this.#namespace));
  }
}
