import type { HomeView } from '../../commands/answer.js';
import { compareHomes } from '../compare-homes.js';
import type { Law } from './law.js';

/** Invariant 4: Get and Put together leave no trace. */
export const GET_AND_PUT: Law = {
  name: 'get-and-put',
  says: 'a Get and the Put right after it leave the home as it was',
  profiles: ['moby-2019', 'moby-20.10', 'strict', 'containers-storage'],
  holdsFor: 'layers that nobody uses, in homes that nobody else has changed',
  exceptions: ['Q-19: what keeps `merged` from being removed is hidden'],
  watch: () => {
    let last: { readonly id: string; readonly before: HomeView } | undefined;
    return ({ operation, answer, before, after, isDisturbed }) => {
      const got = last;
      last = undefined;
      if (isDisturbed || !answer.ok) return undefined;
      if (operation.op === 'get') {
        const layer = before.layers.find(({ id }) => id === operation.id);
        const isUsed = layer === undefined || layer.names.includes('merged');
        if (!isUsed) last = { id: operation.id, before };
        return undefined;
      }
      if (operation.op !== 'put' || got === undefined || got.id !== operation.id) return undefined;
      return compareHomes(got.before, after)[0];
    };
  },
};
