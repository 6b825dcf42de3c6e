import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Answer, HomeView } from '../commands/answer.js';
import type { Operation } from '../commands/operation.js';
import { endProcess, forgetTree, interrupt, setMountpoint, tellMemory } from '../store/crash.js';
import { create } from './create.js';
import { apply, changes, diff, diffSize, transfer } from './diffs.js';
import { anything, type Allowed, type World } from './facts.js';
import { cleanup, exists, get, metadata, put, remove, restart, status, umount } from './life.js';
import { file, tamper, walk } from './outside.js';
import { type Core, joinPath, loseForGood, type State } from '../store/state.js';
import { mismatch } from '../store/mismatch.js';
import { isProbeSure, loseProbe } from '../store/probe.js';
import { coreOf } from '../store/first-state.js';
import { allowedByStore } from '../containers-storage/answer.js';
import { learn, viewOf } from '../store/view.js';

/**
 * What became of an answer.
 *
 * @public
 * @since 0.1.0
 */
export type Verdict =
  | { readonly agrees: true; readonly transition: string; readonly blind: boolean }
  | {
      readonly agrees: false;
      /** What was allowed instead, one line an answer. */
      readonly expected: readonly string[];
      /** The quirk or rule behind it, where there is one. */
      readonly rule?: string;
    };

const LOST: readonly Allowed[] = [anything('lost track')];

/**
 * The layer store as a map of layers: what a driver may answer to an operation, and what has to be
 * on disk afterwards.
 *
 * @public
 * @since 0.1.0
 */
export class LayerStoreModel {
  /** How many answers were taken without being judged. */
  blind = 0;
  readonly #core: Core;

  constructor(profile: ProfileName, world: World, state?: State) {
    this.#core = coreOf(profile, world, state);
  }

  /** Gives every answer that is allowed; more than one where it is not determined. */
  allowed(operation: Operation): readonly Allowed[] {
    const core = this.#core;
    if (core.state.isLost) return LOST;
    if (core.rules.isStore) return allowedByStore(core, operation);
    if (!isProbeSure(core, operation)) return [anything('Q-25', () => loseProbe(core))];
    switch (operation.op) {
      case 'create':
        return create(core, operation);
      case 'remove':
        return remove(core, operation);
      case 'get':
        return get(core, operation);
      case 'put':
        return put(core, operation);
      case 'exists':
        return exists(core, operation);
      case 'metadata':
        return metadata(core, operation);
      case 'status':
        return status(core);
      case 'cleanup':
        return cleanup(core);
      case 'umount':
        return umount(core, operation);
      case 'restart':
        return restart(core, operation);
      case 'apply':
        return apply(core, operation);
      case 'changes':
        return changes(core, operation);
      case 'diff':
        return diff(core, operation);
      case 'diffSize':
        return diffSize(core, operation);
      case 'transfer':
        return transfer(core, operation);
      case 'file':
        return file(core, operation);
      case 'walk':
        return walk(core, operation);
      case 'tamper':
        return tamper(core, operation);
    }
  }

  /** Judges an answer and moves on; an answer that is not allowed changes nothing. */
  step(operation: Operation, answer: Answer): Verdict {
    const all = this.allowed(operation);
    for (const allowed of all) {
      if (mismatch(allowed, answer) !== undefined) continue;
      this.accept(allowed, answer);
      const blind = allowed.blind === true;
      return { agrees: true, transition: this.transition(operation, allowed), blind };
    }
    const rule = all.find((it) => it.rule !== undefined)?.rule;
    const expected = all.map((it) => mismatch(it, answer) ?? '');
    return { agrees: false, expected, ...(rule === undefined ? {} : { rule }) };
  }

  /** Gives a model for everything that an answer may mean; none where it is not allowed. */
  after(operation: Operation, answer: Answer): readonly LayerStoreModel[] {
    return this.allowed(operation).flatMap((allowed, at) => {
      if (mismatch(allowed, answer) !== undefined) return [];
      const fork = this.fork();
      const same = fork.allowed(operation)[at];
      if (same !== undefined) fork.accept(same, answer);
      return [fork];
    });
  }

  /** Moves on as an allowed answer says. */
  accept(allowed: Allowed, answer: Answer): void {
    if (allowed.blind === true) this.blind += 1;
    allowed.move?.(answer);
  }

  /** Names the cell of the coverage table that an allowed answer reaches. */
  transition(operation: Operation, allowed: Allowed): string {
    return `${operation.op}: ${allowed.outcome}`;
  }

  /** What has to be on disk now. */
  view(): HomeView {
    return viewOf(this.#core.state);
  }

  /** Something happened that the model cannot follow: it judges nothing until it is told. */
  get isLost(): boolean {
    return this.#core.state.isLost;
  }

  /** Takes over what is on disk; `earlier` knows what no look tells of layers that should go. */
  resync(view: HomeView, earlier: LayerStoreModel = this): void {
    learn(this.#core.state, view, earlier.#core.state);
  }

  /** The driver's process ended within an operation; a restart is yet to come. */
  endProcess(): void {
    endProcess(this.#core);
  }

  /** An ApplyDiff to a layer was broken off and has left the mark that says so. */
  interrupt(id: string): void {
    interrupt(this.#core, id);
  }

  /** What a layer holds was written in a way that is not determined. */
  forgetTree(id: string): void {
    forgetTree(this.#core, id);
  }

  /** Something broken off has left an empty `merged`, or has taken it away. */
  setMountpoint(id: string, isThere: boolean): void {
    setMountpoint(this.#core, id, isThere);
  }

  /** Something happened of which no look tells what became: nothing is judged from now on. */
  loseForGood(): void {
    loseForGood(this.#core);
  }

  /** gives the directory of the home that an id leads to; the seed joins any text to it. */
  keyOf(id: string): string {
    return this.#core.rules.strict ? id : joinPath(id);
  }

  /** Tells users and given trees, which no look at the home shows. */
  memory(): string {
    return tellMemory(this.#core);
  }

  /** Gives a model of its own in the same state. */
  fork(): LayerStoreModel {
    const { rules, state } = this.#core;
    const fork = new LayerStoreModel(rules.profile, rules.world, state.fork());
    fork.blind = this.blind;
    return fork;
  }
}
