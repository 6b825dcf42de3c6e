import type { HomeView, LayerView } from '../commands/answer.js';
import { formatLink } from '../judge/compare-homes.js';

/**
 * Gives a home as a tree, a line an entry and two blanks a level, free of what is random: link ids
 * are told by the layer that they lead to. A Go test draws the same.
 *
 * @internal
 */
export function homeLines({ layers, links, strays }: HomeView): readonly string[] {
  return [
    ...layers.flatMap((layer) => [`${layer.id}/`, ...layer.names.map((name) => tell(layer, name))]),
    'l/',
    ...links.map((target) => `  -> ${target}`),
    ...strays,
  ];
}

function tell({ link, lower, mounted }: LayerView, name: string): string {
  if (name === 'link' && link !== undefined) return `  link = ${formatLink(link)}`;
  if (name === 'lower' && lower !== undefined) {
    return `  lower = ${lower.map(formatLink).join(' : ')}`;
  }
  return name === 'merged' && mounted ? '  merged (mounted)' : `  ${name}`;
}

/**
 * Tells in a word or two what a layer is, for a row of a timeline.
 *
 * @internal
 */
export function layerState({ names, lower, mounted }: LayerView): string {
  const place = lower === undefined ? 'base' : `on ${lower.length}`;
  const marks = [
    ...(names.includes('committed') ? ['committed'] : []),
    ...(names.includes('incomplete') ? ['incomplete'] : []),
    ...(names.includes('diff') ? [] : ['no diff']),
    ...(mounted ? ['mounted'] : names.includes('merged') ? ['merged left'] : []),
  ];
  return [place, ...marks].join(', ');
}
