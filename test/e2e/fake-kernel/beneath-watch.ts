/** Watches a sequence for changes of a layer that lies below a mounted one. */
import type { Answer } from '../../../src/oracle/commands/answer.js';
import type { Operation } from '../../../src/oracle/commands/operation.js';

/** Knows from the operations alone who lies below whom and who is in use. */
export class BeneathWatch {
  readonly #parents = new Map<string, string>();
  readonly #users = new Map<string, number>();
  #isBeneath = false;

  /** Whether such a change has been seen. */
  get isBeneath(): boolean {
    return this.#isBeneath;
  }

  /** Takes the next operation and what it answered. */
  see(operation: Operation, answer: Answer): void {
    if (!answer.ok) return;
    if (operation.op === 'create') this.#parents.set(operation.id, operation.parent);
    if (operation.op === 'get') this.#use(operation.id, 1);
    if (operation.op === 'put') this.#use(operation.id, -1);
    if (operation.op !== 'file' && operation.op !== 'apply') return;
    this.#isBeneath ||= [...this.#users.keys()].some((user) => this.#liesOn(user, operation.id));
  }

  #use(id: string, more: number): void {
    const users = (this.#users.get(id) ?? 0) + more;
    if (users > 0) this.#users.set(id, users);
    else this.#users.delete(id);
  }

  #liesOn(id: string, below: string): boolean {
    // A layer made again may lie on what lies on it.
    const seen = new Set<string>();
    for (let at = this.#parents.get(id); at !== undefined && !seen.has(at);) {
      if (at === below) return true;
      seen.add(at);
      at = this.#parents.get(at);
    }
    return false;
  }
}
