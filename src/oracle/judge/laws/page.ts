import { utf8ByteLength } from '../../../domain/utf8.js';
import type { Law } from './law.js';

/** Invariant 9: mount data and its NUL fit into a page. */
export const PAGE: Law = {
  name: 'page',
  says: 'mount data is at most a page long, its NUL counted',
  profiles: ['strict'],
  holdsFor: 'targets whose mounts can be seen and are limited to a page',
  exceptions: ['Q-17: data of exactly a page is sent, and the kernel cuts it'],
  quirk: 'Q-17',
  watch:
    () =>
    ({ mounts, world }) => {
      if (!world.pageLimited) return undefined;
      for (const { data, target } of mounts) {
        const length = utf8ByteLength(data);
        if (length < world.pageSize) continue;
        const expected = `at most ${world.pageSize - 1} bytes`;
        return { subject: `mount data for ${target}`, expected, actual: `${length} bytes` };
      }
      return undefined;
    },
};
