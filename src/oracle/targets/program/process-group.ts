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

/** Tells whether somebody traces every thread of a process; also of one that has ended. */
export function isTraced(pid: number): boolean {
  return list(`/proc/${pid}/task`).every((thread) => {
    const status = read(`/proc/${pid}/task/${thread}/status`);
    return !/^TracerPid:\s*0$/m.test(status);
  });
}

function groupOf(pid: number): number {
  const text = read(`/proc/${pid}/stat`);
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[GROUP_AT] ?? 0);
}

/** A process that has ended has no files any more. */
function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
