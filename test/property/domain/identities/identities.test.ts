// Establishes laws of id maps and quotas: mapping there and back, ids never given twice, limits
// that hold what they are for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  rootIdentity,
  toContainerIdentity,
  toHostIdentity,
  type IdMap,
} from '../../../../src/domain/identities/id-map.js';
import {
  blocksToBytes,
  firstProjectId,
  parseProjectId,
  quotaBlocks,
} from '../../../../src/domain/identities/project-id.js';
import { parseSubIds } from '../../../../src/domain/identities/sub-id.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';
import { assertRoundTrip } from '../../../helpers/laws.js';

/** Ranges that follow one another in the container and lie apart on the host, 0 held. */
const maps: fc.Arbitrary<readonly IdMap[]> = fc
  .array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 })
  .map((sizes) => {
    let containerId = 0;
    return sizes.map((size, at) => {
      const map = { containerId, hostId: 100_000 - at * 1000, size };
      containerId += size;
      return map;
    });
  });

const heldBy = (ranges: readonly IdMap[]) =>
  fc.nat({ max: ranges.reduce((sum, range) => sum + range.size, 0) - 1 });

const mapped = fc.tuple(maps, maps).chain(([uids, gids]) =>
  fc.record({
    mapping: fc.constant({ uids, gids }),
    identity: fc.tuple(heldBy(uids), heldBy(gids)).map(([uid, gid]) => ({ uid, gid })),
  }),
);

describe('an identity that the maps hold', () => {
  it('comes back from the host as it went, in both profiles', () => {
    fc.assert(
      fc.property(mapped, fc.constantFrom(MOBY_2019, STRICT), ({ mapping, identity }, profile) => {
        const onHost = toHostIdentity(mapping, identity, profile);

        expect(toContainerIdentity(mapping, onHost)).toStrictEqual(identity);
      }),
    );
  });

  it('is not changed by mapping twice in moby-2019 when it is root (Q-44)', () => {
    fc.assert(
      fc.property(mapped, ({ mapping }) => {
        const root = rootIdentity(mapping);

        expect(toHostIdentity(mapping, { uid: 0, gid: 0 }, MOBY_2019)).toStrictEqual(root);
        expect(toHostIdentity(mapping, root, MOBY_2019)).toStrictEqual(root);
        expect(() => toHostIdentity(mapping, root, STRICT)).toThrow('cannot be mapped');
      }),
    );
  });
});

describe('sub-ids', () => {
  it('read back as they are written', () => {
    const range = fc.tuple(fc.nat(), fc.nat()).map(([start, length]) => ({ start, length }));

    assertRoundTrip(
      fc.array(range),
      (ranges) => ranges.map(({ start, length }) => `kim:${start}:${length}\nlee:1:1\n`).join(''),
      (text) => parseSubIds(text, '/etc/subuid', 'kim'),
    );
  });
});

describe('project ids', () => {
  it('start beyond the probe and every id in use', () => {
    const id = fc.nat().map(parseProjectId);

    fc.assert(
      fc.property(id, fc.array(id), (homeId, usedIds) => {
        const first = firstProjectId(homeId, usedIds);

        expect(first).toBe(Math.max(homeId + 2, ...usedIds.map((used) => used + 1)));
      }),
    );
  });
});

describe('quota limits', () => {
  it('lose less than a block of the size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (sizeBytes) => {
        const lost = sizeBytes - blocksToBytes(quotaBlocks(sizeBytes, MOBY_2019));

        expect(lost >= 0n && lost < 512n).toBe(true);
      }),
    );
  });

  it('limit every size but 0 in strict (Q-45)', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 5000n }), (sizeBytes) => {
        expect(quotaBlocks(sizeBytes, STRICT) > 0n).toBe(true);
        expect(quotaBlocks(sizeBytes, MOBY_2019) > 0n).toBe(sizeBytes >= 512n);
      }),
    );
  });
});
