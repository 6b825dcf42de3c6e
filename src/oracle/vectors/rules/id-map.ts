import { z } from 'zod';
import {
  decideIdMapping,
  type IdMaps,
  isIdentityMapping,
  rootIdentity,
  toContainerId,
  toContainerIdentity,
  toHostId,
  toHostIdentity,
} from '../../../domain/identities/id-map.js';
import { parseSubIds } from '../../../domain/identities/sub-id.js';
import { profiledFunction, profileOf, type RuleGroup, ruleFunction } from '../rule-group.js';
import { told } from './alphabet.js';

const RANGE = z.strictObject({ containerId: z.int(), hostId: z.int(), size: z.int() });
const MAPS = z.array(RANGE).nullable();
const PROFILE = z.enum(['moby-2019', 'strict']);
const IDENTITY = z.strictObject({ uid: z.int(), gid: z.int() });

type Maps = z.infer<typeof MAPS>;

const DOCKER: Maps = [
  { containerId: 0, hostId: 1000, size: 1 },
  { containerId: 1, hostId: 100_000, size: 65_536 },
];

/** Maps by what they are; null maps every id to itself. */
const NAMED: readonly (readonly [name: string, maps: Maps])[] = [
  ['no map', null],
  ['an empty map', []],
  ['the map of a rootless daemon', DOCKER],
  ['one range', [{ containerId: 0, hostId: 231_072, size: 65_536 }]],
  ['a range of nothing', [{ containerId: 0, hostId: 5, size: 0 }]],
  [
    'ranges that overlap',
    [
      { containerId: 0, hostId: 100, size: 10 },
      { containerId: 5, hostId: 500, size: 10 },
    ],
  ],
  ['a map without root', [{ containerId: 1, hostId: 100_000, size: 10 }]],
];

const IDS: readonly number[] = [
  0, 1, 4, 5, 9, 10, 14, 100, 999, 1000, 65_535, 65_536, 65_537, 100_004, 165_535,
];

const SUB_IDS = [
  'user:100000:65536\n',
  'other:1:2\nuser:5:6\nuser:7:8\n',
  '# user:1:2\n\n  user:3:4  \n',
  'user:1\n',
  'user:1:2:3\n',
  'user:x:2\n',
  'other:x:2\nuser:3:4\n',
  'user::\n',
  'user:-1:99999999999999999999\n',
  '',
] as const;

function mapsOf(maps: Maps): IdMaps {
  return maps ?? undefined;
}

function* everyId() {
  for (const [name, maps] of NAMED) {
    for (const id of IDS) yield { input: { id, maps }, comment: `${id} in ${name}` };
  }
}

const PAIRS = [
  [0, 0],
  [1, 65_536],
  [1000, 5],
  [65_537, 0],
  [1000, 1000],
  [5, 1000],
] as const;

function* identities() {
  for (const [name, uids] of NAMED) {
    for (const [uid, gid] of PAIRS) {
      const input = { uids, gids: DOCKER, identity: { uid, gid } };
      yield { input, comment: `${uid}:${gid}, users in ${name}` };
    }
  }
}

const MAPPING = z.strictObject({ uids: MAPS, gids: MAPS });
const ASKED = MAPPING.extend({ identity: IDENTITY });

function mappingOf({ uids, gids }: z.infer<typeof MAPPING>) {
  return { uids: mapsOf(uids), gids: mapsOf(gids) };
}

const ROOT = profiledFunction({
  name: 'GetRootUIDGID',
  source: 'moby pkg/idtools/idtools.go GetRootUIDGID; docs/profiles.md Q-03',
  why: 'An empty map maps nothing, not even root, where no map maps everything',
  input: MAPPING.extend({ profile: PROFILE }),
  value: z.strictObject({ root: IDENTITY, isIdentity: z.boolean() }),
  run: ({ profile, ...maps }) => {
    const mapping = decideIdMapping(mappingOf(maps), profileOf({ profile }));
    return { root: { ...rootIdentity(mapping) }, isIdentity: isIdentityMapping(mapping) };
  },
  *cases() {
    for (const [name, uids] of NAMED) {
      for (const [other, gids] of NAMED) {
        yield { input: { uids, gids }, comment: `users in ${name}, groups in ${other}` };
      }
    }
  },
});

/** Ids inside and outside of user namespaces. */
export const ID_MAP: RuleGroup = {
  rule: 'id-map',
  source: 'moby pkg/idtools/idtools.go',
  functions: [
    ruleFunction({
      name: 'toHost',
      source: 'moby pkg/idtools/idtools.go toHost',
      why: 'The first range that holds the id counts, and ranges end before start plus size',
      input: z.strictObject({ id: z.int(), maps: MAPS }),
      value: z.int(),
      run: ({ id, maps }) => toHostId(id, mapsOf(maps)),
      cases: everyId,
    }),
    ruleFunction({
      name: 'toContainer',
      source: 'moby pkg/idtools/idtools.go toContainer',
      why: 'The same the other way round',
      input: z.strictObject({ id: z.int(), maps: MAPS }),
      value: z.int(),
      run: ({ id, maps }) => toContainerId(id, mapsOf(maps)),
      cases: everyId,
    }),
    profiledFunction({
      name: 'ToHost',
      source: 'moby pkg/idtools/idtools.go IdentityMapping.ToHost; docs/profiles.md Q-44',
      why: 'An id that equals the remapped root is taken for one that is mapped already',
      input: ASKED.extend({ profile: PROFILE }),
      value: IDENTITY,
      run: ({ identity, profile, ...maps }) => ({
        ...toHostIdentity(mappingOf(maps), identity, profileOf({ profile })),
      }),
      cases: identities,
    }),
    ruleFunction({
      name: 'ToContainer',
      source: 'moby pkg/idtools/idtools.go IdentityMapping.ToContainer',
      why: 'This way nothing is passed through',
      input: ASKED,
      value: IDENTITY,
      run: ({ identity, ...maps }) => ({ ...toContainerIdentity(mappingOf(maps), identity) }),
      cases: identities,
    }),
    ROOT,
    ruleFunction({
      name: 'parseSubidFile',
      source: 'moby pkg/idtools/idtools.go parseSubidFile',
      why: 'A line of another shape fails the file for all; a wrong number only for its user',
      input: z.strictObject({ text: z.string(), file: z.string(), user: z.string() }),
      value: z.array(z.strictObject({ start: z.number(), length: z.number() })),
      run: ({ text, file, user }) => [...parseSubIds(text, file, user)],
      *cases() {
        for (const text of SUB_IDS) {
          for (const user of ['user', 'ALL']) {
            const input = { text, file: '/etc/subuid', user };
            yield { input, comment: `${user} in ${told(text)}` };
          }
        }
      },
    }),
  ],
};
