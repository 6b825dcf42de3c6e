/**
 * Establishes how deep chains are made and mounted on the real kernel: no lower, one, the depths on
 * each side of the page where mount data turns relative, the deepest, and the one too many.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { TestHome } from '../../helpers/test-home.js';
import { withMessage } from '../../helpers/with-message.js';

const HOME_BYTES = 49;
const ID_BYTES = 20;

let place: TestHome;
let driver: OverlayDriver;

beforeEach(() => {
  place = TestHome.ofLength(HOME_BYTES);
});

afterEach(() => place.remove());

const idOf = (index: number): string => `n${String(index).padStart(ID_BYTES - 1, '0')}`;

/** Makes layers 0 to `top`, each on the one before; the name of a layer is in its file `top`. */
async function makeChain(top: number): Promise<void> {
  for (let index = 0; index <= top; index++) {
    await driver.create(idOf(index), index === 0 ? '' : idOf(index - 1));
    writeFileSync(join(place.home, idOf(index), 'diff', `f${index}`), '');
    writeFileSync(join(place.home, idOf(index), 'diff', 'top'), String(index));
  }
}

/** How many lowers a layer's mount data names before it gets relative, by the reference's sum. */
function absoluteMax(): number {
  const [p, h, i] = [10, HOME_BYTES, ID_BYTES];
  const fixed = p + 9 - 1 + 10 + (h + i + 6) + 9 + (h + i + 6);
  return Math.floor((4095 - fixed) / (h + 30));
}

describe.each([MOBY_2019, STRICT])('in $name', (profile) => {
  it('mounts depth 0 as its own diff and depth 1 as an overlay of two', async () => {
    driver = await place.open({ profile });
    await makeChain(1);
    await driver.createReadWrite('a', idOf(0));
    await driver.createReadWrite('alone', '');

    expect(await driver.get('alone')).toBe(join(place.home, 'alone/diff'));
    const tree = await driver.get('a');

    expect(readdirSync(tree).sort()).toEqual(['f0', 'top']);
    expect(place.mounts().map((mount) => mount.at)).toEqual(['a/merged']);
    await driver.put('a');
    await driver.put('alone');
  });

  it.each(['mount2', 'fsopen'] as const)(
    'turns to relative paths where the page is full, with %s',
    async (backend) => {
      driver = await place.open({ profile, backend });
      const depth = absoluteMax();
      await makeChain(depth);
      const [absolute, relative] = ['a'.repeat(ID_BYTES), 'r'.repeat(ID_BYTES)];
      await driver.createReadWrite(absolute, idOf(depth - 1));
      await driver.createReadWrite(relative, idOf(depth));

      await driver.get(absolute);
      await driver.get(relative);

      const options = new Map(place.mounts().map((mount) => [mount.at, mount.options]));
      const below = `lowerdir=${place.home}/l/`;
      // The new mount API takes a layer a call, where no page ends and nothing need be relative.
      const shortened = backend === 'mount2' ? 'lowerdir=l/' : place.home;
      if (backend === 'mount2') expect(options.get(`${absolute}/merged`)).toContain(below);
      expect(options.get(`${relative}/merged`)).toContain(shortened);
      for (const [id, top] of [
        [absolute, depth - 1],
        [relative, depth],
      ] as const) {
        const tree = join(place.home, id, 'merged');
        expect(readFileSync(join(tree, 'top'), 'utf8')).toBe(String(top));
        expect(readdirSync(tree)).toHaveLength(top + 2);
        writeFileSync(join(tree, 'new'), id);
        expect(readFileSync(join(place.home, id, 'diff/new'), 'utf8')).toBe(id);
        await driver.put(id);
      }
    },
  );

  it('makes 128 lowers, mounts them both ways, and refuses the 129th', async () => {
    driver = await place.open({ profile });
    await makeChain(128);
    const deepest = idOf(128);
    const lower = readFileSync(join(place.home, deepest, 'lower'), 'utf8');
    expect(lower).toHaveLength(3711);
    expect(lower).toMatch(/^l\/[A-Z2-7]{26}(:l\/[A-Z2-7]{26}){127}$/);

    const tree = await driver.get(deepest);
    expect(readdirSync(tree)).toHaveLength(130);
    writeFileSync(join(tree, 'new'), '');
    await driver.put(deepest);
    const before = await place.picture();
    await expect(driver.create('one-more', deepest)).rejects.toThrow(
      withMessage('max depth exceeded'),
    );

    expect(await driver.exists('one-more')).toBe(false);
    const committed = existsSync(join(place.home, deepest, 'committed'));
    expect(committed).toBe(profile.name === 'moby-2019');
    if (!committed) expect(await place.picture()).toEqual(before);
    await driver.get(idOf(127));
    expect(place.mounts()[0]?.options).not.toContain('upperdir');
    await driver.put(idOf(127));
  });
});
