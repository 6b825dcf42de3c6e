// Establishes how ids map between container and host, by the reference's examples and recorded
// answers of moby.
import { describe, expect, it } from 'vitest';
import {
  decideIdMapping,
  IdMappingError,
  isIdentityMapping,
  rootIdentity,
  toContainerId,
  toContainerIdentity,
  toHostId,
  toHostIdentity,
  type IdMapping,
  type IdMaps,
} from '../../../../src/domain/identities/id-map.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';
import { answersOf, goAnswers, outcomeOf } from '../../../helpers/go-answers.js';

/** The reference's map: root is 1000 on the host, the rest starts at 100000. */
const MAPS = [
  { containerId: 0, hostId: 1000, size: 1 },
  { containerId: 1, hostId: 100000, size: 65536 },
];
const MAPPING = { uids: MAPS, gids: MAPS };
const NONE: IdMapping = { uids: undefined, gids: undefined };

const noHost = (id: number) => new IdMappingError(id, 'to-host');
const noContainer = (id: number) => new IdMappingError(id, 'to-container');

describe('toHostId', () => {
  it.each([
    [0, 1000],
    [1, 100000],
    [65536, 165535],
  ])('maps %i to %i', (containerId, hostId) => {
    expect(toHostId(containerId, MAPS)).toBe(hostId);
  });

  it.each([-1, 65537])('refuses %i, which no range holds', (id) => {
    expect(() => toHostId(id, MAPS)).toThrow(noHost(id));
  });

  it('keeps every id without maps and maps none with an empty list', () => {
    expect(toHostId(7, undefined)).toBe(7);
    expect(() => toHostId(7, [])).toThrow(noHost(7));
  });

  it('takes the first range that holds the id', () => {
    const overlapping = [
      { containerId: 5, hostId: 50, size: 2 },
      { containerId: 0, hostId: 900, size: 10 },
    ];

    expect(toHostId(6, overlapping)).toBe(51);
    expect(toHostId(7, overlapping)).toBe(907);
    expect(toHostId(4, overlapping)).toBe(904);
  });

  it('finds nothing in a range of size 0', () => {
    expect(() => toHostId(0, [{ containerId: 0, hostId: 0, size: 0 }])).toThrow(noHost(0));
  });
});

describe('toContainerId', () => {
  it.each([
    [1000, 0],
    [100000, 1],
    [165535, 65536],
  ])('maps %i to %i', (hostId, containerId) => {
    expect(toContainerId(hostId, MAPS)).toBe(containerId);
  });

  it.each([0, 999, 1001, 99999, 165536])('refuses %i, which no range holds', (id) => {
    expect(() => toContainerId(id, MAPS)).toThrow(noContainer(id));
  });

  it('keeps every id without maps and maps none with an empty list', () => {
    expect(toContainerId(7, undefined)).toBe(7);
    expect(() => toContainerId(7, [])).toThrow(noContainer(7));
  });
});

describe('rootIdentity', () => {
  it('is 0:0 without maps and the image of 0 with maps', () => {
    expect(rootIdentity(NONE)).toStrictEqual({ uid: 0, gid: 0 });
    expect(rootIdentity({ uids: MAPS, gids: undefined })).toStrictEqual({ uid: 1000, gid: 0 });
    expect(rootIdentity({ uids: undefined, gids: MAPS })).toStrictEqual({ uid: 0, gid: 1000 });
  });

  it.each<[string, IdMaps]>([
    ['does not hold 0', [{ containerId: 1, hostId: 1, size: 9 }]],
    ['is empty', []],
  ])('fails when one map %s', (_, maps) => {
    expect(() => rootIdentity({ uids: maps, gids: undefined })).toThrow(noHost(0));
    expect(() => rootIdentity({ uids: undefined, gids: maps })).toThrow(noHost(0));
  });
});

describe.each([MOBY_2019, STRICT])('toHostIdentity in $name', (profile) => {
  it.each([
    [
      { uid: 0, gid: 0 },
      { uid: 1000, gid: 1000 },
    ],
    [
      { uid: 1, gid: 65536 },
      { uid: 100000, gid: 165535 },
    ],
    [
      { uid: 5, gid: 0 },
      { uid: 100004, gid: 1000 },
    ],
  ])('maps %j to %j', (identity, mapped) => {
    expect(toHostIdentity(MAPPING, identity, profile)).toStrictEqual(mapped);
  });

  it('refuses an id that no range holds, whichever it is', () => {
    expect(() => toHostIdentity(MAPPING, { uid: 65537, gid: 0 }, profile)).toThrow(noHost(65537));
    expect(() => toHostIdentity(MAPPING, { uid: 0, gid: 70000 }, profile)).toThrow(noHost(70000));
  });

  it('keeps every identity without maps', () => {
    expect(toHostIdentity(NONE, { uid: 3, gid: 4 }, profile)).toStrictEqual({ uid: 3, gid: 4 });
  });
});

describe('an id that equals the remapped root (Q-44)', () => {
  it('is not mapped in moby-2019', () => {
    expect(toHostIdentity(MAPPING, { uid: 1000, gid: 5 }, MOBY_2019)).toStrictEqual({
      uid: 1000,
      gid: 100004,
    });
    expect(toHostIdentity(MAPPING, { uid: 5, gid: 1000 }, MOBY_2019)).toStrictEqual({
      uid: 100004,
      gid: 1000,
    });
  });

  it('is mapped in strict', () => {
    expect(toHostIdentity(MAPPING, { uid: 1000, gid: 1000 }, STRICT)).toStrictEqual({
      uid: 100999,
      gid: 100999,
    });
  });

  it('is refused in strict when no range holds it', () => {
    const high = { uids: [{ containerId: 0, hostId: 70000, size: 10 }], gids: undefined };

    expect(toHostIdentity(high, { uid: 70000, gid: 0 }, MOBY_2019).uid).toBe(70000);
    expect(() => toHostIdentity(high, { uid: 70000, gid: 0 }, STRICT)).toThrow(noHost(70000));
  });

  it('is -1 in moby-2019 when a map does not hold 0', () => {
    const rootless = { uids: undefined, gids: [{ containerId: 1, hostId: 1, size: 1 }] };

    expect(toHostIdentity(rootless, { uid: 3, gid: -1 }, MOBY_2019)).toStrictEqual({
      uid: 3,
      gid: -1,
    });
    expect(() => toHostIdentity(rootless, { uid: 3, gid: -1 }, STRICT)).toThrow(noHost(-1));
  });
});

describe('toContainerIdentity', () => {
  it('maps both ids back', () => {
    expect(toContainerIdentity(MAPPING, { uid: 1000, gid: 100004 })).toStrictEqual({
      uid: 0,
      gid: 5,
    });
  });

  it('refuses an id that no range holds, whichever it is', () => {
    expect(() => toContainerIdentity(MAPPING, { uid: 0, gid: 1000 })).toThrow(noContainer(0));
    expect(() => toContainerIdentity(MAPPING, { uid: 1000, gid: 1 })).toThrow(noContainer(1));
  });
});

describe('isIdentityMapping', () => {
  it.each<[IdMaps, IdMaps, boolean]>([
    [undefined, undefined, true],
    [[], [], true],
    [undefined, [], true],
    [MAPS, undefined, false],
    [undefined, MAPS, false],
    [MAPS, MAPS, false],
  ])('of %j and %j is %j', (uids, gids, identity) => {
    expect(isIdentityMapping({ uids, gids })).toBe(identity);
  });
});

describe('an empty id map (Q-03)', () => {
  it('maps nothing in moby-2019', () => {
    const mapping = decideIdMapping({ uids: [], gids: [] }, MOBY_2019);

    expect(mapping).toStrictEqual({ uids: [], gids: [] });
    expect(() => rootIdentity(mapping)).toThrow(noHost(0));
  });

  it('is no map in strict', () => {
    expect(decideIdMapping({ uids: [], gids: [] }, STRICT)).toStrictEqual(NONE);
    expect(decideIdMapping({ uids: [], gids: MAPS }, STRICT)).toStrictEqual({
      uids: undefined,
      gids: MAPS,
    });
  });

  it.each([MOBY_2019, STRICT])('does not change what other maps mean in $name', (profile) => {
    expect(decideIdMapping(MAPPING, profile)).toStrictEqual(MAPPING);
    expect(decideIdMapping(NONE, profile)).toStrictEqual(NONE);
  });
});

describe('the mapping as a whole', () => {
  const parseMaps = (text: string): IdMaps => {
    const rows = JSON.parse(text) as Record<string, number>[] | null;
    return rows?.map((row) => ({
      containerId: row['container_id'] ?? 0,
      hostId: row['host_id'] ?? 0,
      size: row['size'] ?? 0,
    }));
  };

  it('answers recorded inputs as moby does', () => {
    const recorded = goAnswers('idMapping');

    const answers = answersOf(recorded, (uids = '', gids = '', pair = '') => {
      const mapping = { uids: parseMaps(uids), gids: parseMaps(gids) };
      const { UID: uid, GID: gid } = JSON.parse(pair) as { UID: number; GID: number };
      return {
        toHost: outcomeOf(() => toHostIdentity(mapping, { uid, gid }, MOBY_2019)),
        toContainer: outcomeOf(() => toContainerIdentity(mapping, { uid, gid })),
        root: outcomeOf(() => rootIdentity(mapping)),
        empty: isIdentityMapping(mapping),
      };
    });

    expect(answers).toStrictEqual(recorded);
  });
});

describe('IdMappingError', () => {
  it("tells both directions in moby's words", () => {
    expect(noHost(7)).toMatchObject({
      message: 'Container ID 7 cannot be mapped to a host ID',
      code: 'id-mapping',
      name: 'IdMappingError',
      id: 7,
    });
    expect(noContainer(8)).toMatchObject({
      message: 'Host ID 8 cannot be mapped to a container ID',
      id: 8,
    });
  });
});
