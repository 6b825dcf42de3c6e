import type { Answer, HomeView } from '../commands/answer.js';
import type { Operation } from '../commands/operation.js';
import { compareHomes } from '../judge/compare-homes.js';
import type { LayerStoreModel } from '../model/model.js';
import type { Occurrence } from './concurrent-case.js';
import { chainsOf } from './chains.js';

/** Tells two models apart by everything that an answer may depend on. */
function digest(model: LayerStoreModel): string {
  return `${JSON.stringify(model.view())} ${model.memory()}`;
}

/**
 * Finds every state that the layer store may be in after a history: one for each end of an order
 * of its operations, one after the other, in which each gives the answer that it gave, and none
 * comes before one that had ended when it began.
 *
 * Operations on layers that have nothing to do with each other are ordered apart: a history has
 * such an order if and only if its parts have.
 *
 * @source Herlihy and Wing 1990, Linearizability, theorem 1; Wing and Gong 1993, Testing and
 *   Verifying Concurrent Objects; Lowe 2017, Testing for Linearizability
 * @returns none where there is no such order.
 * @internal
 */
export function linearize(
  before: LayerStoreModel,
  history: readonly Occurrence[],
): readonly LayerStoreModel[] {
  let models: readonly LayerStoreModel[] = [before];
  for (const part of chainsOf(before, history)) {
    models = unique(models.flatMap((model) => ends(model, part)));
  }
  return models;
}

function ends(before: LayerStoreModel, history: readonly Occurrence[]): LayerStoreModel[] {
  const all = 2 ** history.length - 1;
  const seen = new Set<string>();
  const found: LayerStoreModel[] = [];
  const search = (model: LayerStoreModel, done: number): void => {
    const key = `${done} ${digest(model)}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (done === all) found.push(model);
    const isLeft = (at: number): boolean => (done & (1 << at)) === 0;
    const left = history.filter((_one, at) => isLeft(at));
    const firstEnd = Math.min(...left.map(({ ended }) => ended));
    for (const [at, { operation, answer, began }] of history.entries()) {
      if (!isLeft(at) || began > firstEnd) continue;
      for (const next of model.after(operation, answer)) search(next, done | (1 << at));
    }
  };
  search(before, 0);
  return found;
}

function unique(models: readonly LayerStoreModel[]): readonly LayerStoreModel[] {
  if (models.length < 2) return models;
  return [...new Map(models.map((model) => [digest(model), model])).values()];
}

/** Keeps the states that look like a home. */
export function thatLookLike(
  models: readonly LayerStoreModel[],
  home: HomeView,
): readonly LayerStoreModel[] {
  return models.filter((it) => it.isLost || compareHomes(it.view(), home).length === 0);
}

/** Gives the states that an answer leads to from any of some others. */
export function afterAnswer(
  models: readonly LayerStoreModel[],
  operation: Operation,
  answer: Answer,
): readonly LayerStoreModel[] {
  return unique(models.flatMap((model) => model.after(operation, answer)));
}
