import { isErrno } from '../../../domain/errors.js';
import type { HomePicture } from '../../faults/home-picture.js';
import type { HomeView, TreeEntry } from '../../commands/answer.js';
import type { FileChange, Operation } from '../../commands/operation.js';
import { toWireChange } from '../../protocol/file-changes.js';
import { homeOfDump, pictureOfDump } from '../../protocol/home-of-dump.js';
import { type DumpEntry, fromWireEntry } from '../../protocol/tree-entries.js';
import type { RemoteFiles } from '../sequence-target.js';
import type { Ask } from './program-driver.js';

/**
 * The files of a testee that changes and reads them itself.
 *
 * @internal
 */
export class ProgramRemote implements RemoteFiles {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async change(path: string, change: FileChange): Promise<void> {
    await this.#ask('file', { path, change: toWireChange(change) });
  }

  async walk(path: string): Promise<readonly TreeEntry[]> {
    const { entries } = await this.#ask('walk', { path });
    return entries.map(fromWireEntry).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async umount(id: string): Promise<void> {
    await this.#ask('umount', { id });
  }

  async tamper({ id, part, to }: Extract<Operation, { op: 'tamper' }>): Promise<void> {
    await this.#ask('tamper', { id, part, to });
  }

  async observe(): Promise<HomeView> {
    return homeOfDump(await this.#dump());
  }

  async picture(): Promise<HomePicture> {
    return pictureOfDump(await this.#dump());
  }

  /** A home that is gone has nothing. */
  async #dump(): Promise<readonly DumpEntry[]> {
    try {
      return (await this.#ask('dump', {})).entries;
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
      throw error;
    }
  }
}
