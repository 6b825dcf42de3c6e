/** Records what this kernel's overlayfs shows, for tests that run where no kernel can be asked. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { VolumeKindName } from '../../../src/adapters/fake/volume-kind.js';
import { type Story, tell } from '../../helpers/union/compare.js';
import { MOUNT_CASES, runMountCase } from '../../helpers/union/mount-cases.js';
import type { UnionRecord } from '../../helpers/union/record.js';
import { REGRESSIONS } from '../../helpers/union/regressions.js';
import { storyBeneath, storyOf } from '../../helpers/union/stories.js';
import { presetOfThisKernel, RealPlaces } from './sides.js';

const SEED = 1;
const EXT4: readonly VolumeKindName[] = ['ext4', 'ext4', 'ext4'];
const MIXED: readonly VolumeKindName[] = ['xfs', 'btrfs', 'tmpfs'];

/** What is told, and how often. */
const SAMPLES: readonly (readonly [stories: fc.Arbitrary<Story>, count: number])[] = [
  [storyOf(EXT4), 120],
  [storyOf(['ext4', 'ext4']), 30],
  [storyOf(['tmpfs', 'xfs', 'ext4']), 20],
  [storyOf(MIXED), 30],
  [storyOf(EXT4, 'redirect_dir=on'), 60],
  [storyOf(EXT4, 'redirect_dir=nofollow'), 20],
  [storyOf(EXT4, 'userxattr'), 30],
  [storyOf(MIXED, 'xino=on'), 20],
  [storyOf(MIXED, 'xino=auto,redirect_dir=on'), 20],
  [storyBeneath(EXT4), 60],
];

/** Plays everything on this machine and writes what was seen. */
export async function recordUnion(file: string): Promise<UnionRecord> {
  const places = new RealPlaces();
  try {
    const stories = [
      ...REGRESSIONS.map(({ story }) => story),
      ...SAMPLES.flatMap(([from, numRuns]) => fc.sample(from, { seed: SEED, numRuns })),
    ];
    const told = [];
    for (const story of stories) {
      const side = places.side();
      told.push({ story, told: await tell(side, story) });
      await side.dispose();
    }
    const mounts = [];
    for (const mountCase of MOUNT_CASES) {
      const side = places.side();
      const seen = await runMountCase(side, mountCase);
      mounts.push({ name: mountCase.name, seen });
      await side.dispose();
    }
    const preset = presetOfThisKernel();
    const record: UnionRecord = { preset, umask: process.umask(), stories: told, mounts };
    writeFileSync(file, gzipSync(JSON.stringify(record), { level: 9 }));
    return record;
  } finally {
    await places.dispose();
  }
}
