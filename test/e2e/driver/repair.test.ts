/**
 * Establishes what Init in strict puts right in a home, what it leaves alone, and that moby-2019
 * touches nothing.
 */
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { assertHomeIsSound } from '../../helpers/layer-invariants.js';
import { TestHome } from '../../helpers/test-home.js';

const OTHER_LINK = 'A'.repeat(26);

let place: TestHome;

beforeEach(async () => {
  place = new TestHome();
  const driver = await place.open({ profile: STRICT });
  await driver.create('p', '');
  await driver.create('c', 'p');
  await place.endProcess();
});

afterEach(() => place.remove());

const at = (path: string): string => join(place.home, path);

/** Damages the home, starts strict on it, and expects it as it was before. */
async function expectMended(damage: () => void): Promise<void> {
  const before = await place.dump();
  damage();
  expect(await place.dump()).not.toEqual(before);
  await place.open({ profile: STRICT });
  expect(await place.dump()).toEqual(before);
  assertHomeIsSound(place.home);
}

describe('strict', () => {
  it.each(['.create-X', '.remove-X', 'opaque-bug-check12', 'multiple-lowerdir-check3'])(
    'removes the leftover %s with all that is in it',
    async (name) => {
      await expectMended(() => {
        mkdirSync(at(`${name}/diff/d`), { recursive: true });
        writeFileSync(at(`${name}/diff/d/f`), '');
      });
    },
  );

  it('removes the file that the d_type probe left', async () => {
    await expectMended(() => writeFileSync(at('fsutils-dummy123'), ''));
  });

  it('removes a symlink that no layer names and that leads nowhere', async () => {
    await expectMended(() => symlinkSync('../gone/diff', at(`l/${OTHER_LINK}`)));
  });

  it('makes a missing symlink again', async () => {
    await expectMended(() => rmSync(at(`l/${place.text('c/link')}`)));
  });

  it('reads a missing or empty link back from its symlink', async () => {
    await expectMended(() => rmSync(at('c/link')));
    await expectMended(() => writeFileSync(at('c/link'), ''));
  });

  it('commits a direct parent', async () => {
    await expectMended(() => rmSync(at('p/committed')));
    await place.endProcess();
    // A grandparent is committed by its own child alone.
    rmSync(at('c'), { recursive: true });
    rmSync(at('p/committed'));
    await place.open({ profile: STRICT });
    expect(readdirSync(at('p'))).not.toContain('committed');
  });

  it('leaves alone what is somebody else’s doing', async () => {
    writeFileSync(at('c/link'), 'not a link id');
    symlinkSync('../p/diff', at(`l/${OTHER_LINK}`));
    symlinkSync('nowhere', at('l/by-hand'));
    writeFileSync(at('l/file'), '');
    writeFileSync(at('note'), '');
    mkdirSync(at('stranger'));
    rmSync(at('c/lower'));
    mkdirSync(at('c/lower'));
    const before = await place.dump();

    await place.open({ profile: STRICT });

    expect(await place.dump()).toEqual(before);
  });

  it('leaves a sound home as it is', async () => {
    const before = await place.dump();
    await place.open({ profile: STRICT });
    expect(await place.dump()).toEqual(before);
  });
});

it('moby-2019 repairs nothing', async () => {
  mkdirSync(at('.create-X'));
  rmSync(at('p/committed'));
  rmSync(at(`l/${place.text('c/link')}`));
  const before = await place.dump();

  await place.open({ profile: MOBY_2019 });

  expect(await place.dump()).toEqual(before);
});
