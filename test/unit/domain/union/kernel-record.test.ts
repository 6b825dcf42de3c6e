/**
 * Establishes that a union in memory shows what a kernel's overlayfs showed when it was asked: the
 * same errno, the same trees and the same marks on disk, story by story and mount by mount.
 */
import { describe, expect, test } from 'vitest';
import { tell } from '../../../helpers/union/compare.js';
import { fakeSide } from '../../../helpers/union/fake-side.js';
import { MOUNT_CASES, runMountCase } from '../../../helpers/union/mount-cases.js';
import { readUnionRecord } from '../../../helpers/union/record.js';

const { preset, umask, stories, mounts } = readUnionRecord(
  new URL('../../../fixtures/union/kernel.json.gz', import.meta.url),
);
const seenOf = new Map(mounts.map(({ name, seen }) => [name, seen]));

describe('a union in memory shows what a kernel showed', () => {
  test.each(stories.map((each, index) => ({ ...each, index })))(
    'story $index',
    async ({ story, told }) => {
      const side = fakeSide(preset, umask);
      try {
        // What JSON holds is what was recorded.
        expect(JSON.parse(JSON.stringify(await tell(side, story)))).toEqual(told);
      } finally {
        await side.dispose();
      }
    },
  );

  test.each(MOUNT_CASES)('$name', async (mountCase) => {
    expect(seenOf.has(mountCase.name)).toBe(true);
    const side = fakeSide(preset, umask);
    try {
      expect(await runMountCase(side, mountCase)).toEqual(seenOf.get(mountCase.name));
    } finally {
      await side.dispose();
    }
  });
});
