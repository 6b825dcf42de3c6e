import { EntryCalls } from './entry-calls.js';
import type { Machine, NamespaceId } from './machine.js';
import type { MountTable } from './mount-table.js';
import type { PathWalk } from './path-walk.js';

/**
 * A machine as the processes of one namespace see it, and what their calls work with.
 *
 * @internal
 */
export class View {
  readonly machine: Machine;
  readonly namespace: NamespaceId;
  readonly mounts: MountTable;
  /** For the first path of a call, and for the second; good until the call returns. */
  readonly walk: PathWalk;
  readonly other: PathWalk;
  readonly calls: EntryCalls;

  constructor(machine: Machine, namespace: NamespaceId) {
    this.machine = machine;
    this.namespace = namespace;
    this.mounts = machine.mounts(namespace);
    this.walk = machine.walk(namespace);
    this.other = machine.walk(namespace);
    this.calls = new EntryCalls(machine, namespace);
  }
}
