import { inodeError } from '../../domain/union/inode-error.js';
import type { NodeKey } from '../../domain/union/volume.js';
import type { MachineVolume } from './machine-volume.js';
import type { Mount } from './mount-table.js';

/**
 * A file or directory that a process has open. It outlives its name and, after a lazy unmount, its
 * mount.
 *
 * @internal
 */
export class OpenFile {
  /** Where its bytes are, for a regular file. */
  readonly data: MachineVolume | undefined;
  readonly dataNode: NodeKey;
  /** Where the machine's list of open files has it. */
  index = 0;
  /** What it was opened through; absent where that is gone already. */
  readonly mount: Mount | undefined;
  readonly #volume: MachineVolume;
  readonly #node: NodeKey;
  #isOpen = true;

  constructor(
    volume: MachineVolume,
    node: NodeKey,
    mount: Mount | undefined,
    data?: MachineVolume,
    dataNode: NodeKey = node,
  ) {
    this.#volume = volume;
    this.#node = node;
    this.mount = mount;
    this.data = data;
    this.dataNode = dataNode;
    volume.hold(node);
    if (data !== undefined && data !== volume) data.hold(dataNode);
    if (mount !== undefined) mount.opens += 1;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get node(): NodeKey {
    return this.#node;
  }

  /** The volume that it is seen in; EBADF once closed. */
  get volume(): MachineVolume {
    if (!this.#isOpen) throw inodeError('EBADF');
    return this.#volume;
  }

  /** Lets go of what it holds. */
  close(): void {
    if (this.mount !== undefined) this.mount.opens -= 1;
    this.releaseIn((volume) => volume);
    this.#isOpen = false;
  }

  /** Lets go of what it holds in a machine that was forked while it was open. */
  releaseIn(find: (volume: MachineVolume) => MachineVolume): void {
    find(this.#volume).release(this.#node);
    const { data } = this;
    if (data !== undefined && data !== this.#volume) find(data).release(this.dataNode);
  }
}
