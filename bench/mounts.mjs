// Compares Get and Put of the driver with the bare mount and umount that they cannot do without, on
// the kernel, in this process, turn by turn.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './rounds.mjs';

const dist = (path) => import(new URL(`../dist/${path}.js`, import.meta.url).href);
const WARMUPS = 100;
const ROUNDS = 200;
/** The share of the bare rate that the driver has to reach. */
const GOAL = 0.5;

export const MOUNTS_KEY = 'kernel';

/** Gives a row for the bare calls and one a profile: pairs a second, the median of the rounds. */
export async function measureMounts(directory) {
  const { composeLinux } = await dist('composition');
  const { findProfile } = await dist('domain/profiles/find-profile');
  const { MNT_DETACH } = await dist('domain/mounts/umount-flags');
  const times = {};
  for (const name of ['moby-2019', 'strict']) {
    const home = join(directory, `mounts-${name}`);
    mkdirSync(home);
    const calls = [];
    const decorate = (ports) => ({ ...ports, mounter: noted(ports.mounter, calls) });
    const composed = await composeLinux({ home, profile: findProfile(name), decorate });
    const { driver, ports } = composed;
    await driver.create('base', '', {});
    await driver.createReadWrite('box', 'base', {});
    await driver.get('box', '');
    const call = calls.at(-1);
    await driver.put('box');
    const target = join(home, 'box', 'bare');
    mkdirSync(target);
    const bare = { ...call, target: call.cwd === undefined ? target : 'box/bare' };
    const ways = {
      [name]: async () => {
        await driver.get('box', '');
        await driver.put('box');
      },
      bare: async () => {
        await ports.mounter.mount(bare);
        await ports.mounter.umount(target, MNT_DETACH);
      },
    };
    await takeTurns(ways, times);
    await composed.dispose();
  }
  const bare = rateOf(times.bare);
  const rows = [{ work: 'mount and umount alone', ...bare, rounds: 2 * ROUNDS }];
  for (const name of ['moby-2019', 'strict']) {
    const goalPerSecond = Math.round(GOAL * bare.perSecond);
    rows.push({
      work: `Get and Put, ${name}`,
      ...rateOf(times[name]),
      goalPerSecond,
      rounds: ROUNDS,
    });
  }
  return rows;
}

async function takeTurns(ways, times) {
  for (let round = -WARMUPS; round < ROUNDS; round++) {
    for (const [way, run] of Object.entries(ways)) {
      const start = performance.now();
      await run();
      const taken = performance.now() - start;
      if (round >= 0) (times[way] ??= []).push(taken);
    }
  }
}

function noted(mounter, calls) {
  return {
    pageLimited: mounter.pageLimited,
    mount(call) {
      calls.push(call);
      return mounter.mount(call);
    },
    umount: (target, flags) => mounter.umount(target, flags),
  };
}

function rateOf(times) {
  const perSecond = Math.round(1000 / median(times));
  return { perSecond, bestPerSecond: Math.round(1000 / Math.min(...times)) };
}
