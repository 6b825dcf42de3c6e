import type { HomeView, LayerView, LinkText } from '../commands/answer.js';
import type { Difference } from './divergence.js';

const LINK_ID = /[A-Z2-7]{26}/g;

/** A difference of two homes, and what kind it is. */
export interface HomeDifference extends Difference {
  /** `layer missing`, `committed extra`, `links extra` … */
  readonly aspect: string;
  /** The layer it is about; `''` for the home. */
  readonly layer: string;
}

/**
 * Tells in what a home is not as it has to be.
 *
 * @returns the differences, layer by layer; none where the homes are equal.
 * @internal
 */
export function compareHomes(expected: HomeView, actual: HomeView): readonly HomeDifference[] {
  if (isSameHome(expected, actual)) return [];
  const differences: HomeDifference[] = [];
  const found = new Map(actual.layers.map((layer) => [layer.id, layer]));
  for (const layer of expected.layers) {
    const other = found.get(layer.id);
    found.delete(layer.id);
    if (other === undefined) {
      differences.push(difference('layer missing', layer.id, '', 'a directory', 'nothing'));
    } else compareLayers(layer, other, differences);
  }
  for (const id of found.keys()) {
    differences.push(difference('layer extra', id, '', 'nothing', 'a directory'));
  }
  compareLists('links', 'l', expected.links, actual.links, differences);
  compareLists('strays', '', expected.strays, actual.strays, differences);
  return differences;
}

function isSameHome(a: HomeView, b: HomeView): boolean {
  return (
    a.layers.length === b.layers.length &&
    isSameList(a.links, b.links) &&
    isSameList(a.strays, b.strays) &&
    a.layers.every((layer, i) => isSameLayer(layer, b.layers[i]))
  );
}

function isSameLayer(a: LayerView, b: LayerView | undefined): boolean {
  return (
    b !== undefined &&
    a.id === b.id &&
    a.mounted === b.mounted &&
    isSameList(a.names, b.names) &&
    formatLink(a.link) === formatLink(b.link) &&
    formatLower(a.lower) === formatLower(b.lower)
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

function compareLayers(
  expected: LayerView,
  actual: LayerView,
  differences: HomeDifference[],
): void {
  const { id } = expected;
  for (const name of expected.names) {
    if (actual.names.includes(name)) continue;
    differences.push(difference(`${name} missing`, id, name, 'there', 'missing'));
  }
  for (const name of actual.names) {
    if (expected.names.includes(name)) continue;
    differences.push(difference(`${name} extra`, id, name, 'missing', 'there'));
  }
  const [link, otherLink] = [formatLink(expected.link), formatLink(actual.link)];
  if (link !== otherLink) differences.push(difference('link', id, 'link', link, otherLink));
  const [lower, otherLower] = [formatLower(expected.lower), formatLower(actual.lower)];
  if (lower !== otherLower) differences.push(difference('lower', id, 'lower', lower, otherLower));
  if (expected.mounted !== actual.mounted) {
    const [wanted, got] = [formatMounted(expected), formatMounted(actual)];
    const aspect = expected.mounted ? 'mount missing' : 'mount extra';
    differences.push(difference(aspect, id, 'merged', wanted, got));
  }
}

function compareLists(
  name: string,
  path: string,
  expected: readonly string[],
  actual: readonly string[],
  differences: HomeDifference[],
): void {
  if (isSameList(expected, actual)) return;
  const [missing, extra] = [without(expected, actual), without(actual, expected)];
  for (const text of missing) {
    differences.push({ ...difference(`${name} missing`, '', path, text, 'nothing') });
  }
  for (const text of extra) {
    differences.push({ ...difference(`${name} extra`, '', path, 'nothing', text) });
  }
}

/** Gives what one list has more often than another. */
function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = [...other];
  return list.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function difference(
  aspect: string,
  layer: string,
  name: string,
  expected: string,
  actual: string,
): HomeDifference {
  const subject = [layer, name].filter((part) => part !== '').join('/');
  return { aspect, layer, subject, expected, actual };
}

function formatMounted({ mounted }: LayerView): string {
  return mounted ? 'a mount' : 'no mount';
}

function formatLower(lower: readonly LinkText[] | undefined): string {
  return lower === undefined ? 'missing' : lower.map(formatLink).join(' : ');
}

/**
 * Tells what a link id stands for.
 *
 * @internal
 */
export function formatLink(link: LinkText | undefined): string {
  if (link === undefined) return 'missing';
  if ('of' in link) return `the link of ${link.of}`;
  if (!('text' in link)) return 'a link that leads nowhere';
  // A link id within a longer text is random, and there is no telling whose it is.
  return JSON.stringify(link.text.replaceAll(LINK_ID, '{link}'));
}
