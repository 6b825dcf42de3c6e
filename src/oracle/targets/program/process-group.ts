import { readdirSync, readFileSync } from 'node:fs';

/** After the name, which may hold anything: state, parent, group. */
const GROUP_AT = 2;

/**
 * Lists the processes of a group.
 *
 * @returns pids; the leader alone where the table of processes cannot be read.
 * @source Linux Documentation/filesystems/proc.rst, `/proc/PID/stat`
 * @internal
 */
export function listGroup(group: number): readonly number[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && groupOf(pid) === group);
  return pids.length === 0 ? [group] : pids;
}

/** Gives who traces a process; 0 where nobody does, -1 where it has ended. */
export function tracerOf(pid: number): number {
  const status = read(`/proc/${pid}/status`);
  return status === '' ? -1 : Number(/^TracerPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
}

function groupOf(pid: number): number {
  const text = read(`/proc/${pid}/stat`);
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[GROUP_AT] ?? 0);
}

/** A process that has ended has no files any more. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
