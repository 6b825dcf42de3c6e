import type { Law } from './law.js';

/** Invariant 1: symlinks in `l/` and layers belong to each other one by one. */
export const LINKS_AND_LAYERS: Law = {
  name: 'links-and-layers',
  says: 'every layer has one symlink in `l/`, which leads to its `diff`, and there are no others',
  profiles: ['strict'],
  holdsFor: 'homes that nobody else has changed',
  exceptions: ['Q-06', 'Q-07', 'Q-10', 'Q-21', 'Q-23'],
  watch: () => (moment) => {
    if (moment.isDisturbed) return undefined;
    const { layers, links } = moment.after;
    const expected = layers.map(({ id }) => `../${id}/diff`).sort();
    for (const { id, link } of layers) {
      if (link !== undefined && 'of' in link && link.of === id) continue;
      const actual = JSON.stringify(link ?? 'missing');
      return { subject: `${id}/link`, expected: `the link of ${id}`, actual };
    }
    if (expected.join('\n') === links.join('\n')) return undefined;
    return { subject: 'l', expected: expected.join(' '), actual: links.join(' ') };
  },
};
