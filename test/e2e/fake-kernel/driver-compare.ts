/** Runs a sequence on both drivers and tells where they first differ, in whatever can be seen. */
import type { Answer } from '../../../src/oracle/commands/answer.js';
import type { Operation } from '../../../src/oracle/commands/operation.js';
import { OperationRunner } from '../../../src/oracle/commands/run-operation.js';
import type { Sequence } from '../../../src/oracle/commands/sequence.js';
import type { Difference, Divergence } from '../../../src/oracle/judge/divergence.js';
import { BeneathWatch } from './beneath-watch.js';
import type { DriverSide, DriverSides } from './driver-sides.js';
import { type TreeView, viewTree } from '../../helpers/union/observe.js';

/** Later than any time that a sequence sets, and earlier than any run. */
const NOW_S = 1_600_000_000;
const NOTHING_DONE: Operation = { op: 'status' };
const OK: Answer = { ok: true, value: { kind: 'nothing' } };

/** What was compared. */
export interface Compared {
  readonly operations: number;
  readonly divergence?: Divergence;
  /**
   * Whether somebody had changed a layer below a mounted one. What that shows then depends on what
   * the kernel happens to remember, and it promises nothing.
   */
  readonly isBeneath: boolean;
}

/** Everything that can be seen of one operation, by what it is. */
type Seen = Readonly<Record<string, unknown>>;

/**
 * Compares two drivers: after every operation what it answered, its texts included, the mounts that
 * it asked for, the archives that it gave, and the files on disk without what is mounted on them;
 * at the end also what is mounted.
 */
export async function compareDrivers(
  sides: DriverSides,
  { surroundings, operations }: Sequence,
): Promise<Compared> {
  const both = await sides.make(surroundings);
  try {
    const runners = both.map(({ target }) => new OperationRunner(target));
    const watch = new BeneathWatch();
    for (const [index, operation] of operations.entries()) {
      const seen: Seen[] = [];
      for (const [i, side] of both.entries()) {
        const answer = (await runners[i]?.run(operation)) ?? OK;
        if (i === 0) watch.see(operation, answer);
        seen.push({ answer: withoutNow(answer), ...(await look(side)) });
      }
      const divergence = differ(seen, operation, index);
      if (divergence !== undefined) {
        return { operations: index + 1, divergence, isBeneath: watch.isBeneath };
      }
    }
    const ends = await Promise.all(
      both.map(async (side) => ({ end: await viewHome(side, false) })),
    );
    const last = operations.length - 1;
    const divergence = differ(ends, operations[last] ?? NOTHING_DONE, last);
    const { isBeneath } = watch;
    return { operations: last + 1, isBeneath, ...(divergence === undefined ? {} : { divergence }) };
  } finally {
    for (const side of both) await side.remove();
  }
}

async function look(side: DriverSide): Promise<Seen> {
  const { target, archives } = side;
  return {
    mounts: target.mounts?.() ?? [],
    archives: archives.map(tellArchive),
    disk: await viewHome(side, true),
  };
}

/** Somebody may have removed even what the home lies in. */
async function viewHome({ target, directory }: DriverSide, isOneDevice: boolean): Promise<unknown> {
  try {
    const options = { nowSeconds: BigInt(NOW_S), isOneDevice };
    return withoutTempNames(await viewTree(target.files, directory, options));
  } catch (error) {
    return String(error);
  }
}

/** The kernel counts what it makes in work directories of all mounts since it started. */
function withoutTempNames(view: TreeView): TreeView {
  const plain: Record<string, string> = {};
  for (const [path, told] of Object.entries(view)) {
    const name = path.replace(TEMP_NAME, '$1#');
    const known = plain[name] === undefined ? [] : [plain[name]];
    plain[name] = [...known, told.replace(TEMP_NAME, '$1#')].sort().join('; ');
  }
  return plain;
}

const TEMP_NAME = /(\/work\/work\/)#[0-9a-f]+$/;

function differ(
  seen: readonly Seen[],
  operation: Operation,
  index: number,
): Divergence | undefined {
  const [fake = {}, real = {}] = seen;
  for (const what of Object.keys(real)) {
    const differences = compareValues(what, real[what], fake[what]);
    if (differences.length === 0) continue;
    const kind = what === 'answer' ? 'answer' : 'home';
    const signature = `${what} of ${operation.op}`;
    const rest = { rule: '', isDisturbed: false, differences, signature };
    return { kind, index, operation, answer: OK, ...rest };
  }
  return undefined;
}

/** Tells two values apart, line by line where they are tables. */
function compareValues(subject: string, expected: unknown, actual: unknown): Difference[] {
  const [wanted, got] = [JSON.stringify(expected), JSON.stringify(actual)];
  if (wanted === got) return [];
  if (!isTable(expected) || !isTable(actual)) {
    return [{ subject, expected: wanted ?? 'nothing', actual: got ?? 'nothing' }];
  }
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) =>
    compareValues(`${subject} ${key}`, expected[key], actual[key]),
  );
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Takes the times of this run out of an answer. */
function withoutNow(answer: Answer): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => {
    const seconds = key === 'mtime' && Array.isArray(value) ? Number(value[0]) : 0;
    return seconds > NOW_S ? 'now' : value;
  });
}

const BLOCK = 512;
const SIZE = { at: 124, length: 12 };
const MTIME = { at: 136, length: 12 };
const CHECKSUM = { at: 148, length: 8 };

/** Gives the bytes of an archive as text, without the times of this run and what they sum up to. */
function tellArchive(archive: Uint8Array): string {
  const bytes = Buffer.from(archive);
  const number = (at: number, { at: offset, length }: typeof SIZE): number =>
    Number.parseInt(bytes.toString('latin1', at + offset, at + offset + length), 8) || 0;
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const size = number(at, SIZE);
    if (number(at, MTIME) > NOW_S) {
      for (const field of [MTIME, CHECKSUM]) {
        bytes.fill('n', at + field.at, at + field.at + field.length);
      }
    }
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return bytes.toString('latin1');
}
