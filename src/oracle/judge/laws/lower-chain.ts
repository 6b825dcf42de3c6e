import { formatLink } from '../compare-homes.js';
import type { LayerView } from '../../commands/answer.js';
import type { Law } from './law.js';

/** Invariant 2: a layer's `lower` is its parent's link and its parent's `lower`. */
export const LOWER_CHAIN: Law = {
  name: 'lower-chain',
  says: "`lower` of a new child is its parent's link followed by its parent's `lower`",
  profiles: ['moby-2019', 'moby-20.10', 'strict', 'containers-storage'],
  holdsFor: 'children created in homes that nobody else has changed',
  exceptions: ['Q-07: a layer that is created again keeps or gets another chain', 'Q-13', 'Q-14'],
  watch: () => (moment) => {
    const { operation, answer, before, after, isDisturbed } = moment;
    if (operation.op !== 'create' || !answer.ok || isDisturbed) return undefined;
    const { id, parent } = operation;
    if (id === parent || before.layers.some((layer) => layer.id === id)) return undefined;
    const child = after.layers.find((layer) => layer.id === id);
    const below = after.layers.find((layer) => layer.id === parent);
    if (child === undefined || (parent !== '' && below === undefined)) return undefined;
    const expected = parent === '' ? '' : chain([...linkOf(below), ...(below?.lower ?? [])]);
    const actual = chain(child.lower ?? []);
    if (expected === actual) return undefined;
    return { subject: `${id}/lower`, expected, actual };
  },
};

function linkOf(layer: LayerView | undefined): NonNullable<LayerView['lower']> {
  return layer?.link === undefined ? [] : [layer.link];
}

function chain(links: NonNullable<LayerView['lower']>): string {
  return links.map(formatLink).join(' : ');
}
