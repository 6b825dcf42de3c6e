/**
 * Establishes what becomes of mount data of 4094 to 4098 bytes on a page of 4096, and which work
 * directory the kernel used: in moby-2019 a whole page loses its last byte, so that `work` is read
 * as `wor`; in strict no mount is cut.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import type { Profile } from '../../../src/domain/profiles/profile.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { CallTrace } from '../../../src/adapters/faults/call-trace.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { TestHome } from '../../helpers/test-home.js';
import { withMessage } from '../../helpers/with-message.js';

const INDEX_OFF = 'index=off,'.length;
const PAGE_BYTES = 4096;
/** Odd, so that the number of lowers can make the length even or odd. */
const HOME_BYTES = 49;

let place: TestHome;
let driver: OverlayDriver;

beforeEach(() => {
  place = TestHome.ofLength(HOME_BYTES);
});

afterEach(() => place.remove());

/** Finds how many lowers and bytes of id give a length, by the sum of the reference. */
function solve(lengthBytes: number): { readonly lowers: number; readonly idBytes: number } {
  const h = place.home.length;
  for (let lowers = 1; lowers <= 128; lowers++) {
    const fixed = INDEX_OFF + 9 + lowers * (h + 29) + (lowers - 1) + 10 + 9 + 2 * (h + 6);
    const rest = lengthBytes - fixed;
    if (rest % 2 === 0 && rest >= 2 && rest <= 160) return { lowers, idBytes: rest / 2 };
  }
  throw new Error(`no layer has mount data of ${lengthBytes} bytes below ${place.home}`);
}

/** Makes a layer whose absolute mount data has the length; gives its id. */
async function makeLayer(profile: Profile, lengthBytes: number): Promise<string> {
  driver = await place.open({ profile });
  const { lowers, idBytes } = solve(lengthBytes);
  for (let index = 0; index < lowers; index++) {
    await driver.create(`n${index}`, index === 0 ? '' : `n${index - 1}`);
  }
  const id = 'w'.repeat(idBytes);
  await driver.createReadWrite(id, `n${lowers - 1}`);
  return id;
}

/** Gets a layer and gives the data of the mount call. */
async function getTraced(id: string): Promise<string> {
  const trace = new CallTrace((call) => call.port === 'mounter' && call.call === 'mount');
  place.around = trace.around;
  await driver.get(id);
  const [argument] = trace.calls[0]?.args ?? [];
  return (argument as { data: string }).data;
}

/** Tells whether the kernel works in a directory: it makes its own `work` there. */
function worksIn(id: string, name: string): boolean {
  return existsSync(join(place.home, id, name, 'work'));
}

describe('on a page of 4096 bytes', () => {
  it.each([
    { profile: MOBY_2019, lengthBytes: 4094, form: 'absolute' },
    { profile: MOBY_2019, lengthBytes: 4095, form: 'absolute' },
    { profile: MOBY_2019, lengthBytes: 4097, form: 'relative' },
    { profile: MOBY_2019, lengthBytes: 4098, form: 'relative' },
    { profile: STRICT, lengthBytes: 4094, form: 'absolute' },
    { profile: STRICT, lengthBytes: 4095, form: 'absolute' },
    { profile: STRICT, lengthBytes: 4096, form: 'relative' },
    { profile: STRICT, lengthBytes: 4097, form: 'relative' },
    { profile: STRICT, lengthBytes: 4098, form: 'relative' },
  ])(
    '$profile.name mounts $lengthBytes bytes in the $form form, in its own work directory',
    async ({ profile, lengthBytes, form }) => {
      const id = await makeLayer(profile, lengthBytes);
      mkdirSync(join(place.home, id, 'wor'));

      const data = await getTraced(id);

      if (form === 'absolute') expect(data).toHaveLength(lengthBytes);
      expect(data.startsWith(`index=off,lowerdir=${form === 'absolute' ? place.home : 'l/'}`)).toBe(
        true,
      );
      writeFileSync(join(place.home, id, 'merged/f'), 'x');
      expect(readFileSync(join(place.home, id, 'diff/f'), 'utf8')).toBe('x');
      expect([worksIn(id, 'work'), worksIn(id, 'wor')]).toEqual([true, false]);
      expect(place.mounts()[0]?.options).toMatch(new RegExp(`workdir=[^,]*${id}/work(,|$)`));
      await driver.put(id);
    },
  );

  it('Q-17 in moby-2019: 4096 bytes lose the last, and no directory has that name', async () => {
    const id = await makeLayer(MOBY_2019, PAGE_BYTES);
    const before = await place.dump();

    await expect(driver.get(id)).rejects.toThrow(
      withMessage(
        `error creating overlay mount to ${place.home}/${id}/merged: no such file or directory`,
      ),
    );

    expect(await place.dump()).toEqual(before);
    expect(place.mounts()).toEqual([]);
  });

  it('Q-17 in moby-2019: 4096 bytes mount the work directory of the shortened name', async () => {
    const id = await makeLayer(MOBY_2019, PAGE_BYTES);
    mkdirSync(join(place.home, id, 'wor'));
    mkdirSync(join(place.home, id, 'work/work'));

    await driver.get(id);

    expect(worksIn(id, 'wor')).toBe(true);
    expect(place.mounts()[0]?.options).toMatch(new RegExp(`workdir=[^,]*${id}/wor(,|$)`));
    await driver.put(id);
  });

  it('Q-17 in strict: with the new mount API no length is too much', async () => {
    const id = await makeLayer(STRICT, PAGE_BYTES);
    await place.endProcess();
    driver = await place.open({ profile: STRICT, backend: 'fsopen' });

    expect(await getTraced(id)).toHaveLength(PAGE_BYTES);

    expect(worksIn(id, 'work')).toBe(true);
    await driver.put(id);
  });

  it.each([MOBY_2019, STRICT])('$name tells a label that fits in no form', async (profile) => {
    driver = await place.open({ profile });
    await driver.create('b', '');
    await driver.createReadWrite('r', 'b');
    const before = await place.dump();

    await expect(driver.get('r', 'l'.repeat(5000))).rejects.toThrow(
      withMessage('cannot mount layer, mount label too large 5089'),
    );

    expect(await place.dump()).toEqual(before);
  });
});
