import type { Answer, HomeView, LayerView } from '../commands/answer.js';
import type { FaultPlan, Operation, OperationName, SoundOperation } from '../commands/operation.js';
import type { Allowed } from '../model/facts.js';
import type { LayerStoreModel } from '../model/model.js';

/** A state that an operation may end in when something goes wrong in it. */
export interface PossibleEnd {
  readonly name: 'before' | 'after' | 'interrupted';
  readonly model: LayerStoreModel;
  /** The exception of `docs/faults.md` that allows it; absent where none is needed. */
  readonly exception?: string;
}

/** What an end is judged by. */
export interface Ending {
  /** In the state before the operation. */
  readonly before: LayerStoreModel;
  readonly operation: SoundOperation;
  readonly plan: FaultPlan;
  /** What is on disk now. */
  readonly view: HomeView;
  /** Whether a broken application leaves a mark that says so. */
  readonly marksIncomplete: boolean;
}

const DONE: Answer = { ok: true, value: { kind: 'nothing' } };

/**
 * Gives the states that the home may be in after an operation that failed by a fault: the one
 * before, and what the exceptions allow.
 *
 * @param isStarted - whether the driver was started again since.
 * @internal
 */
export function endsOfFailure(ending: Ending, isStarted = false): readonly PossibleEnd[] {
  const { before, operation } = ending;
  const ends: PossibleEnd[] = [{ name: 'before', model: before.fork() }];
  // The operation may fail of its own; the fault hit what takes that back.
  ends.push(...afterAll(before, operation, (allowed) => allowed.failure !== undefined));
  ends.push(...(EXCEPTIONS[operation.op]?.({ ...ending, ids: namedBy(before, operation) }) ?? []));
  if (isStarted) for (const { model } of ends) startAgain(model, ending.plan);
  return ends;
}

/** An end with the layers that its operation names. */
interface NamedEnding extends Ending {
  readonly ids: readonly string[];
}

/** What an operation may leave beside, by `docs/faults.md`. */
const EXCEPTIONS: Readonly<
  Partial<Record<OperationName, (ending: NamedEnding) => readonly PossibleEnd[]>>
> = {
  get: ({ before, operation, ids: [id = ''], view }) => [
    withOtherMountpoint(before, operation, id, view),
  ],
  put: ({ before, ids, view }) => [aligned(before, ids, view, 'E1')],
  remove: ({ before, operation, ids, view }) => [
    aligned(before, ids, view, 'E2'),
    ...afterAll(before, operation).map((end) => ({ ...end, exception: 'E2' })),
  ],
  cleanup: ({ before, view }) => [aligned(before, idsOf(view), view, 'E3')],
  diff: leavesMounts,
  diffSize: leavesMounts,
  changes: leavesMounts,
  apply: leavesMark,
  transfer: leavesMark,
};

function leavesMounts({ before, ids, view }: NamedEnding): readonly PossibleEnd[] {
  return [aligned(before, ids, view, 'E4')];
}

function leavesMark(ending: NamedEnding): readonly PossibleEnd[] {
  const { operation, marksIncomplete } = ending;
  const ends = leavesMounts(ending);
  if (!marksIncomplete) return ends;
  const marked = ends.map(({ model }) => interrupted(model, appliedBy(operation)));
  return [...ends, ...marked.map((end) => ({ ...end, exception: 'E5' }))];
}

/** Gives the layer that an archive is applied to; `''` for other operations. */
export function appliedBy(operation: SoundOperation): string {
  if (operation.op === 'transfer') return operation.to;
  return operation.op === 'apply' ? operation.id : '';
}

/**
 * Gives the states that the home may be in after a crash and another start: before or after.
 *
 * @param answer - what the operation answered before the crash; absent where it did not.
 * @internal
 */
export function endsOfCrash(ending: Ending, answer: Answer | undefined): readonly PossibleEnd[] {
  const { before, operation, plan, view } = ending;
  const ends: PossibleEnd[] = [];
  if (answer === undefined) {
    const ids = operation.op === 'cleanup' ? idsOf(view) : namedBy(before, operation);
    ends.push({ name: 'before', model: before.fork() }, ...afterAll(before, operation));
    ends.push(...ends.map(({ name, model }) => ({ ...aligned(model, ids, view, 'E6'), name })));
    // A mount may have come before the end, or gone: that of an earlier application.
    const { model } = aligned(before, ids, view, 'E6');
    const applied = appliedBy(operation);
    if (applied !== '' && ending.marksIncomplete) ends.push(interrupted(model, applied));
  } else {
    const model = before.fork();
    // A failure of its own changes nothing, too.
    model.step(operation, answer);
    ends.push({ name: 'after', model });
  }
  for (const { model } of ends) startAgain(model, plan);
  return ends;
}

/**
 * Gives the states that the home may be in once the driver was started again after a probe of the
 * kernel failed.
 *
 * @internal
 */
export function endsOfProbe(ending: Ending, answer: Answer): readonly PossibleEnd[] {
  const { before, operation, plan, view } = ending;
  const ends = [...afterAll(before, operation)];
  if (!answer.ok) ends.unshift(...endsOfFailure(ending));
  const ids = namedBy(before, operation);
  ends.push(...ends.map(({ name, model }) => ({ ...aligned(model, ids, view, 'E7'), name })));
  for (const { model } of ends) startAgain(model, plan);
  return ends;
}

/** The machine or the process comes up again. */
export function startAgain(model: LayerStoreModel, plan: FaultPlan): void {
  model.endProcess();
  if (plan.fault === 'crash' && plan.power !== undefined) {
    for (const { id, mounted } of model.view().layers) {
      if (mounted) model.step({ op: 'umount', id }, DONE);
    }
  }
  model.step({ op: 'restart', process: 'new' }, DONE);
}

function afterAll(
  before: LayerStoreModel,
  operation: SoundOperation,
  isMeant: (allowed: Allowed) => boolean = () => true,
): readonly PossibleEnd[] {
  return before.allowed(operation).flatMap((of, i) => {
    if (of.blind === true || !isMeant(of)) return [];
    const model = before.fork();
    const allowed = model.allowed(operation)[i];
    if (allowed !== undefined) model.accept(allowed, DONE);
    return [{ name: 'after' as const, model }];
  });
}

function interrupted(before: LayerStoreModel, id: string): PossibleEnd {
  const model = before.fork();
  model.interrupt(id);
  return { name: 'interrupted', model };
}

/** The same with some layers mounted, or not, as they are now; an empty mountpoint may be left. */
function aligned(
  from: LayerStoreModel,
  ids: readonly string[],
  view: HomeView,
  exception: string,
): PossibleEnd {
  const model = from.fork();
  for (const id of ids) {
    const now = find(view, id);
    if (now === undefined) continue;
    const wasMounted = find(model.view(), id)?.mounted;
    if (now.mounted && wasMounted === false) mount(model, id);
    if (now.mounted) continue;
    if (wasMounted === true) model.step({ op: 'umount', id }, DONE);
    alignMountpoint(model, id, view);
  }
  return { name: 'before', model, exception };
}

function alignMountpoint(model: LayerStoreModel, id: string, view: HomeView): void {
  const [was, now] = [model.view(), view].map((home) => find(home, id)?.names.includes('merged'));
  if (was !== undefined && now !== undefined && was !== now) model.setMountpoint(id, now);
}

function find({ layers }: HomeView, id: string): LayerView | undefined {
  return layers.find((layer) => layer.id === id);
}

/**
 * A failure takes an empty mountpoint away that was left before; where the fault hits just that,
 * one is left.
 */
function withOtherMountpoint(
  from: LayerStoreModel,
  get: SoundOperation,
  id: string,
  view: HomeView,
): PossibleEnd {
  const model = from.fork();
  const isGone = find(view, id)?.names.includes('merged') === false;
  const fails = from.allowed(get).every(({ failure }) => failure !== undefined);
  if ((isGone || fails) && find(model.view(), id)?.mounted === false)
    alignMountpoint(model, id, view);
  return { name: 'before', model, exception: 'E8' };
}

function mount(model: LayerStoreModel, id: string): void {
  const [allowed] = model.allowed({ op: 'get', id });
  if (allowed !== undefined && allowed.failure === undefined) model.accept(allowed, DONE);
}

function idsOf({ layers }: HomeView): readonly string[] {
  return layers.map(({ id }) => id);
}

/** Gives the layers that an operation names, by their directories. */
export function namedBy(model: LayerStoreModel, operation: Operation): readonly string[] {
  const { id, parent, from, fromParent, to, toParent } = operation as Readonly<
    Record<string, unknown>
  >;
  const isId = (value: unknown): value is string => typeof value === 'string' && value !== '';
  const ids = [id, parent, from, fromParent, to, toParent].filter(isId);
  return ids.map((it) => model.keyOf(it)).filter((key) => key !== '');
}
