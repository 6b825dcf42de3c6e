/**
 * Establishes what the quirks of quotas and of id numbers answer in each profile. Quotas are
 * scripted, since few kernels have project quota; the files are real.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHostIdentity } from '../../../src/domain/identities/id-map.js';
import { quotaBlocks } from '../../../src/domain/identities/project-id.js';
import { parseDriverOptions } from '../../../src/domain/options/driver-options.js';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { Ports } from '../../../src/driver/context.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { ScriptedQuota } from '../../helpers/scripted-quota.js';
import { type OpenOptions, TestHome } from '../../helpers/test-home.js';

const XFS = 0x58465342;

let place: TestHome;
let quota: ScriptedQuota;

beforeEach(() => {
  place = new TestHome();
  quota = new ScriptedQuota();
});

afterEach(() => place.remove());

const at = (path: string): string => join(place.home, path);
const withSize = (...entries: [string, string][]): { storageOpt: Map<string, string> } => ({
  storageOpt: new Map(entries),
});

/** Starts a driver that takes the home for xfs with project quota. */
function open(options: OpenOptions = {}): Promise<OverlayDriver> {
  const decorate = (ports: Ports): Ports => ({
    ...ports,
    quota,
    fs: new Proxy(ports.fs, {
      get: (fs, name, receiver): unknown => {
        const value: unknown = Reflect.get(fs, name, receiver);
        if (name === 'statfs') return async () => ({ type: XFS });
        return typeof value === 'function' ? value.bind(fs) : value;
      },
    }),
  });
  return place.open({ ...options, decorate });
}

describe('Q-12', () => {
  it('Q-12 in moby-2019: of SIZE and size the one visited last wins', async () => {
    const limits = new Set<string>();
    const driver = await open();
    for (let round = 0; limits.size < 2 && round < 200; round++) {
      quota.calls.length = 0;
      await driver.createReadWrite(`a${round}`, '', withSize(['SIZE', '1M'], ['size', '2M']));
      limits.add(quota.calls.at(-1)?.replace(/^limit \d+ /, '') ?? '');
    }
    expect([...limits].sort()).toEqual(['2048', '4096']);
  });

  it('Q-12 in strict: two spellings of one key are refused', async () => {
    const driver = await open({ profile: STRICT });
    const before = await place.dump();
    await expect(
      driver.createReadWrite('a', '', withSize(['SIZE', '1M'], ['size', '2M'])),
    ).rejects.toThrow('storage option size given more than once');
    expect(await place.dump()).toEqual(before);
  });
});

describe('Q-44', () => {
  const maps = [
    { containerId: 0, hostId: 1000, size: 1 },
    { containerId: 1, hostId: 100_000, size: 65_536 },
  ];
  const mapping = { uids: maps, gids: maps };

  it("Q-44 in moby-2019: an id that is the mapped root's own is passed through", () => {
    expect(toHostIdentity(mapping, { uid: 1000, gid: 5 }, MOBY_2019)).toEqual({
      uid: 1000,
      gid: 100_004,
    });
  });

  it('Q-44 in strict: every id is mapped', () => {
    expect(toHostIdentity(mapping, { uid: 1000, gid: 5 }, STRICT)).toEqual({
      uid: 100_999,
      gid: 100_004,
    });
  });
});

describe('Q-45', () => {
  it('Q-45 in moby-2019: less than a block is no limit', () => {
    expect([1n, 511n, 512n, 1023n].map((size) => quotaBlocks(size, MOBY_2019))).toEqual([
      0n,
      0n,
      1n,
      1n,
    ]);
  });

  it('Q-45 in strict: less than a block is one block', () => {
    expect([0n, 1n, 511n, 512n].map((size) => quotaBlocks(size, STRICT))).toEqual([0n, 1n, 1n, 1n]);
  });
});

describe('Q-46', () => {
  /** What is called when a layer with a quota is made, removed and made again. */
  async function makeTwice(driver: OverlayDriver): Promise<readonly string[]> {
    await driver.createReadWrite('a', '', withSize(['size', '1M']));
    quota.calls.length = 0;
    await driver.remove('a');
    await driver.createReadWrite('a', '', withSize(['size', '2M']));
    return quota.calls.map((call) => call.replace(/\.create-\w+/, 'STAGED'));
  }

  it('Q-46 in moby-2019: a layer made again is not tagged', async () => {
    expect(await makeTwice(await open())).toEqual(['limit 2 4096']);
  });

  it('Q-46 in strict: Remove lifts the limit, and a layer made again is tagged', async () => {
    expect(await makeTwice(await open({ profile: STRICT }))).toEqual([
      'limit 2 0',
      `tag ${at('STAGED/diff')} 3`,
      'limit 3 4096',
    ]);
  });
});

describe('Q-47', () => {
  async function tagged(driver: OverlayDriver): Promise<readonly string[]> {
    await driver.create('base', '');
    quota.calls.length = 0;
    await driver.createReadWrite('a', 'base', withSize(['size', '1M']));
    return quota.calls.map((call) => call.replace(/\.create-\w+/, 'a'));
  }

  it('Q-47 in moby-2019: the quota is on the layer directory', async () => {
    expect(await tagged(await open())).toEqual([`tag ${at('a')} 2`, 'limit 2 2048']);
  });

  it('Q-47 in strict: the quota is on diff and work', async () => {
    expect(await tagged(await open({ profile: STRICT }))).toEqual([
      `tag ${at('a/diff')} 2`,
      `tag ${at('a/work')} 2`,
      'limit 2 2048',
    ]);
  });

  it('Q-47 in strict: a limit that cannot be set leaves no layer', async () => {
    const driver = await open({ profile: STRICT });
    await driver.create('base', '');
    const before = await place.dump();
    quota.failing.set('setLimits', ['EIO', 'quotactl']);
    await expect(driver.createReadWrite('a', 'base', withSize(['size', '1M']))).rejects.toThrow(
      `failed to set quota limit for projid 2 on ${at('backingFsBlockDev')}: input/output error`,
    );
    expect(await place.dump()).toEqual(before);
  });
});

describe('Q-48', () => {
  /** A second start on a home whose own project id its layers have inherited. */
  async function limitOfOld(options: OpenOptions): Promise<readonly string[]> {
    const first = await open(options);
    await first.createReadWrite('old', '');
    await place.endProcess();
    for (const path of ['', 'l', 'old', 'old/diff']) quota.ids.set(join(place.home, path), 7);
    const driver = await open(options);
    quota.calls.length = 0;
    rmSync(at('old'), { recursive: true });
    await driver.createReadWrite('old', '', withSize(['size', '1M']));
    return quota.calls.map((call) => call.replace(/\.create-\w+/, 'old'));
  }

  it("Q-48 in moby-2019: an inherited id is taken for the layer's own", async () => {
    expect(await limitOfOld({})).toEqual(['limit 7 2048']);
  });

  it('Q-48 in strict: an inherited id is not remembered', async () => {
    expect(await limitOfOld({ profile: STRICT })).toEqual([
      `tag ${at('old/diff')} 9`,
      'limit 9 2048',
    ]);
  });
});

describe('Q-49', () => {
  const tooLarge = ['overlay2.size=9000P'];
  it('Q-49 in moby-2019: a size beyond 2^63 wraps as on amd64', () => {
    expect(parseDriverOptions(tooLarge, MOBY_2019).quotaSizeBytes).toBe(9223372036854775808n);
  });

  it('Q-49 in strict: a size beyond 2^63 is refused', () => {
    expect(() => parseDriverOptions(tooLarge, STRICT)).toThrow("invalid size: '9000P'");
  });
});
