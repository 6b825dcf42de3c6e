import { formatChange } from '../../domain/diffs/change.js';
import { goJoin } from '../../domain/go/path.js';
import type { SequenceTarget } from '../targets/sequence-target.js';
import type { Answer, TreeEntry, Value } from './answer.js';
import { changeFile } from './change-file.js';
import { failureOf } from './failure.js';
import type { Operation, OperationName } from './operation.js';
import { readArchive } from './read-archive.js';
import { tamper } from './tamper.js';
import { walkTree } from './walk-tree.js';
import { streamOf, writeArchive } from './write-archive.js';

const NOTHING: Answer = { ok: true, value: { kind: 'nothing' } };

/** The answer of a call that never ends. */
const STALLED: Answer = { ok: false, code: 'stalled', message: 'the call never ends' };

/** The answer where no Get has given a tree of the layer yet. */
const NO_TREE: Answer = { ok: false, code: 'no-tree', message: 'no Get has given a tree yet' };

/** What operations run on: a target, and the trees that Get gave, by id. */
interface Place {
  readonly target: SequenceTarget;
  readonly trees: Map<string, string>;
}

type Perform<Name extends OperationName> = (
  place: Place,
  operation: Extract<Operation, { op: Name }>,
) => Promise<Answer>;

/**
 * Performs operations on a target, one after the other, and remembers the trees that Get gave.
 *
 * @public
 * @since 0.1.0
 */
export class OperationRunner {
  readonly #place: Place;

  constructor(target: SequenceTarget) {
    this.#place = { target, trees: new Map() };
  }

  /** Forgets the trees: those that an ended process was given are nobody's. */
  forget(): void {
    this.#place.trees.clear();
  }

  /** Performs an operation; whatever fails is an answer, too. */
  async run(operation: Operation): Promise<Answer> {
    try {
      const perform = PERFORM[operation.op] as (place: Place, of: Operation) => Promise<Answer>;
      const { stalled } = this.#place.target;
      const answering = perform(this.#place, operation);
      if (stalled === undefined) return await answering;
      return await Promise.race([answering, stalled.then(() => STALLED)]);
    } catch (error) {
      return failureOf(error);
    }
  }
}

const PERFORM: Readonly<{ [Name in OperationName]: Perform<Name> }> = {
  async create({ target: { driver } }, { id, parent, readWrite, storage }) {
    const options = storage === undefined ? {} : { storageOpt: new Map(storage) };
    if (readWrite) await driver.createReadWrite(id, parent, options);
    else await driver.create(id, parent, options);
    return NOTHING;
  },
  async remove({ target }, { id }) {
    await target.driver.remove(id);
    return NOTHING;
  },
  async get({ target, trees }, { id, label = '' }) {
    const path = await target.driver.get(id, label);
    trees.set(id, path);
    return answer({ kind: 'path', path });
  },
  async put({ target }, { id }) {
    await target.driver.put(id);
    return NOTHING;
  },
  async exists({ target }, { id }) {
    return answer({ kind: 'flag', flag: await target.driver.exists(id) });
  },
  async metadata({ target }, { id }) {
    const metadata = await target.driver.getMetadata(id);
    return answer({ kind: 'metadata', metadata: { ...metadata } });
  },
  async status({ target }) {
    return answer({ kind: 'rows', rows: await target.driver.status() });
  },
  async cleanup({ target }) {
    await target.driver.cleanup();
    return NOTHING;
  },
  async apply({ target }, { id, parent, archive }) {
    return size(await target.driver.applyDiff(id, parent, streamOf(writeArchive(archive))));
  },
  async diff({ target }, { id, parent }) {
    const archive = await target.driver.diff(id, parent);
    return answer({ kind: 'archive', entries: await readArchive(archive) });
  },
  async diffSize({ target }, { id, parent }) {
    return size(await target.driver.diffSize(id, parent));
  },
  async changes({ target }, { id, parent }) {
    const changes = await target.driver.changes(id, parent);
    return answer({ kind: 'changes', changes: changes.map(formatChange) });
  },
  async transfer({ target: { driver } }, { from, fromParent, to, toParent }) {
    // Whole, so that a layer that is its own source is not read while it is written.
    const archive = await collect(await driver.diff(from, fromParent));
    return size(await driver.applyDiff(to, toParent, streamOf(archive)));
  },
  async file({ target, trees }, { id, change }) {
    const tree = trees.get(id);
    if (tree === undefined) return NO_TREE;
    if (target.remote === undefined) await changeFile(target.files, tree, change);
    else await target.remote.change(tree, change);
    return NOTHING;
  },
  async walk({ target, trees }, { id }) {
    const tree = trees.get(id);
    if (tree === undefined) return NO_TREE;
    return answer({ kind: 'tree', entries: await walkAt(target, tree) });
  },
  async restart({ target }, { process }) {
    await target.restart(process);
    return NOTHING;
  },
  async umount({ target }, { id }) {
    if (target.remote === undefined) await target.umount(`${goJoin(target.home, id)}/merged`);
    else await target.remote.umount(id);
    return NOTHING;
  },
  async tamper({ target }, operation) {
    if (target.remote === undefined) await tamper(target.files, target.home, operation);
    else await target.remote.tamper(operation);
    return NOTHING;
  },
};

/**
 * Looks at a whole tree of a target, by path or by asking it.
 *
 * @internal
 */
export async function walkAt(
  target: Pick<SequenceTarget, 'files' | 'remote'>,
  tree: string,
): Promise<readonly TreeEntry[]> {
  if (target.remote !== undefined) return target.remote.walk(tree);
  const root = await target.files.openRoot(tree);
  try {
    return await walkTree(root);
  } finally {
    await root.close();
  }
}

function answer(value: Value): Answer {
  return { ok: true, value };
}

function size(bytes: bigint): Answer {
  return answer({ kind: 'size', bytes: String(bytes) });
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let all = new Uint8Array(0);
  let length = 0;
  for await (const chunk of stream) {
    if (length + chunk.length > all.length) {
      const larger = new Uint8Array(2 * (length + chunk.length));
      larger.set(all.subarray(0, length));
      all = larger;
    }
    all.set(chunk, length);
    length += chunk.length;
  }
  return all.subarray(0, length);
}
