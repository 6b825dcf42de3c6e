import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { Answer, TreeEntry } from '../../commands/answer.js';
import type { Operation } from '../../commands/operation.js';
import { OperationRunner, walkAt } from '../../commands/run-operation.js';
import type { World } from '../../model/facts.js';
import type { SequenceTarget } from '../../targets/sequence-target.js';
import type { AppliedDiff, LayerFacts } from './layer-law.js';

/** Which layer is asked about, and by whose rules. */
export interface LayerQuestion {
  readonly target: SequenceTarget;
  readonly profile: ProfileName;
  readonly world: World;
  readonly id: string;
  readonly parent: string;
  /** What the ids of new layers begin with. */
  readonly prefix: string;
}

/**
 * Asks a driver for everything that it tells of a layer, and makes layers beside it on the way. A
 * twin of the parent shows what the parent shows and is not the layer's parent, so that diffs
 * against it are naive.
 *
 * @returns nothing where the layer or its parent cannot be seen.
 * @internal
 */
export async function learnLayer(question: LayerQuestion): Promise<LayerFacts | undefined> {
  const { target, profile, world, id, parent, prefix } = question;
  const twin = `${prefix}-twin`;
  const runner = new OperationRunner(target);
  const after = await see(runner, id);
  if (after === undefined) return undefined;
  const before = parent === '' ? after.slice(0, 1) : await see(runner, parent);
  if (before === undefined) return undefined;
  const hasTwin = (await runner.run(create(twin, parent))).ok;
  const changes = await runner.run({ op: 'changes', id, parent });
  const nativeSize = await runner.run({ op: 'diffSize', id, parent });
  const naiveSize = hasTwin ? await runner.run({ op: 'diffSize', id, parent: twin }) : undefined;
  const applied = await applyDiffs(runner, question, hasTwin ? twin : undefined);
  const own = await walkAt(target, `${target.home}/${id}/diff`);
  return {
    profile,
    world,
    id,
    parent,
    before,
    after,
    own,
    ...(changes.ok && changes.value.kind === 'changes' ? { changes: changes.value.changes } : {}),
    ...sizes(nativeSize, naiveSize),
    applied,
  };
}

function create(id: string, parent: string): Operation {
  return { op: 'create', id, parent, readWrite: false };
}

function sizes(
  native: Answer,
  naive: Answer | undefined,
): Pick<LayerFacts, 'nativeSize' | 'naiveSize'> {
  const bytes = (answer: Answer | undefined): string | undefined =>
    answer?.ok === true && answer.value.kind === 'size' ? answer.value.bytes : undefined;
  const [nativeSize, naiveSize] = [bytes(native), bytes(naive)];
  return {
    ...(nativeSize === undefined ? {} : { nativeSize }),
    ...(naiveSize === undefined ? {} : { naiveSize }),
  };
}

/** Diffs against the parent are native, those against its twin are naive; so is applying. */
async function applyDiffs(
  runner: OperationRunner,
  { id, parent, prefix, world }: LayerQuestion,
  twin: string | undefined,
): Promise<readonly AppliedDiff[]> {
  // Where the kernel leaves redirects, all diffs are naive.
  const own = world.nativeDiff ? 'native diff' : 'naive diff';
  const native = [`${own}, native apply`, parent, parent];
  const ways =
    twin === undefined
      ? [native]
      : [
          native,
          [`${own}, naive apply`, parent, twin],
          ['naive diff, native apply', twin, parent],
          ['naive diff, naive apply', twin, twin],
        ];
  const applied: AppliedDiff[] = [];
  for (const [i, [how = '', fromParent = '', toParent = '']] of ways.entries()) {
    const to = `${prefix}-${i}`;
    if (!(await runner.run({ op: 'diff', id, parent: fromParent })).ok) continue;
    if (!(await runner.run(create(to, parent))).ok) continue;
    const answer = await runner.run({ op: 'transfer', from: id, fromParent, to, toParent });
    if (!answer.ok) applied.push({ how, refused: answer.message });
    else {
      const tree = await see(runner, to);
      if (tree !== undefined) applied.push({ how, tree });
    }
  }
  return applied;
}

/** Gives what a layer shows, and leaves it as it was. */
async function see(runner: OperationRunner, id: string): Promise<readonly TreeEntry[] | undefined> {
  if (!(await runner.run({ op: 'get', id })).ok) return undefined;
  const seen = await runner.run({ op: 'walk', id });
  await runner.run({ op: 'put', id });
  return seen.ok && seen.value.kind === 'tree' ? seen.value.entries : undefined;
}
