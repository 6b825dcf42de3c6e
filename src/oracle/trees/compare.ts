import type { ByteText } from '../commands/operation.js';
import { ArchiveWriter, type Written } from './archive.js';
import { type Node, sizeOf, type Time } from './tree.js';
import { type Found, list, look, rootOf, type Union } from './union.js';

/** One difference between two trees. */
export interface Change {
  readonly kind: 'A' | 'C' | 'D';
  readonly path: ByteText;
  readonly node: Node;
}

/** How two trees are compared. */
export interface Comparison {
  readonly strict: boolean;
  /** Decides whether a file changed of which all is equal but two times that nobody knows. */
  maybe(path: ByteText): boolean;
  /** Whether attributes of users count, beside capabilities. */
  readonly withUsers?: boolean;
}

const CAPABILITY = 'security.capability';

/** Compares what two trees show; an absent old one is empty: reference, section 19. */
export function compareTrees(old: Union | undefined, now: Union, how: Comparison): Change[] {
  const changes: Change[] = [];
  const before = old === undefined ? undefined : { union: old, found: rootOf(old).found };
  compare(before, { union: now, found: rootOf(now).found }, '', { how, changes });
  return changes;
}

interface Side {
  readonly union: Union;
  readonly found: Found;
}

interface Run {
  readonly how: Comparison;
  readonly changes: Change[];
}

function below({ union, found }: Side, name: ByteText): Side | undefined {
  const child = look(union, found, name);
  return child === undefined ? undefined : { union, found: child };
}

/** Compares what two directories hold. */
function compare(old: Side | undefined, now: Side, prefix: ByteText, run: Run): void {
  const { changes } = run;
  for (const name of list(now.union, now.found)) {
    const path = prefix + name;
    const after = below(now, name);
    if (after === undefined) continue;
    const { node } = after.found;
    const before = old && below(old, name);
    const at = changes.length;
    if (before === undefined) changes.push({ kind: 'A', path, node });
    else if (differs(before.found.node, node, path, run.how)) {
      changes.push({ kind: 'C', path, node });
    }
    const isMarked = changes.length > at;
    if (node.children !== undefined) compare(before, after, `${path}/`, run);
    else if (isLikeDirectory(node, run.how)) deleteAll(before, undefined, `${path}/`, run);
    // A directory is changed where anything in it is.
    if (!isMarked && changes.length > at) changes.splice(at, 0, { kind: 'C', path, node });
  }
  deleteAll(old, now, prefix, run);
}

function deleteAll(old: Side | undefined, now: Side | undefined, prefix: ByteText, run: Run): void {
  if (old === undefined) return;
  for (const name of list(old.union, old.found)) {
    const gone = below(old, name);
    if (gone === undefined || (now !== undefined && below(now, name) !== undefined)) continue;
    run.changes.push({ kind: 'D', path: prefix + name, node: gone.found.node });
  }
}

/** QUIRK: Q-42: block devices and sockets carry the bit of directories. */
function isLikeDirectory({ type }: Node, { strict }: Comparison): boolean {
  return type === 'directory' || (!strict && (type === 'block' || type === 'socket'));
}

function differs(a: Node, b: Node, path: ByteText, how: Comparison): boolean {
  if (a === b) return false;
  if (a.type !== b.type || a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return true;
  if (a.device[0] !== b.device[0] || a.device[1] !== b.device[1]) return true;
  if (a.xattrs?.get(CAPABILITY) !== b.xattrs?.get(CAPABILITY)) return true;
  if (how.withUsers === true && usersOf(a) !== usersOf(b)) return true;
  if (isLikeDirectory(b, how)) return false;
  if (sizeOf(a) !== sizeOf(b)) return true;
  return isOtherTime(a.time, b.time) ?? how.maybe(path);
}

function usersOf({ xattrs }: Node): string {
  const rows = [...(xattrs ?? [])].filter(([name]) => name.startsWith('user.'));
  return JSON.stringify(rows.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Tells whether two times differ; nothing where nobody knows. */
export function isOtherTime(a: Time, b: Time): boolean | undefined {
  if (a === b) return false;
  const [was, is] = [a.moment, b.moment];
  if (was === undefined && is === undefined) return undefined;
  if (was === undefined || is === undefined || was[0] !== is[0]) return true;
  return was[1] !== is[1] && was[1] !== 0 && is[1] !== 0;
}

/** Writes differences as an archive: reference, section 19.4. */
export function writeChanges(
  changes: readonly Change[],
  strict: boolean,
  writer = new ArchiveWriter(strict),
): Written {
  for (const { kind, path, node } of [...changes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (kind === 'D') writer.addWhiteout(path, 0);
    else writer.add(path, node);
  }
  return writer.written;
}

/** Sums the sizes of what was added or changed, each file once, in bytes: section 19.3. */
export function sizeOfChanges(changes: readonly Change[]): number {
  const files = new Set<Node>();
  for (const { kind, node } of changes) {
    if (kind !== 'D' && node.children === undefined) files.add(node);
  }
  let sum = 0;
  for (const file of files) sum += sizeOf(file);
  return sum;
}
