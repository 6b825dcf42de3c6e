/**
 * Establishes that mounting in memory refuses what this kernel refuses, with the same errno, and
 * shows what it took as this kernel's mount table does.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Side } from '../../helpers/union/fake-side.js';
import { MOUNT_CASES, runMountCase } from '../../helpers/union/mount-cases.js';
import { fakeSideHere, RealPlaces } from './sides.js';

let places: RealPlaces;
let sides: Side[] = [];

beforeAll(() => {
  places = new RealPlaces();
});

beforeEach(() => {
  sides = [fakeSideHere(), places.side()];
});

afterEach(async () => {
  for (const side of sides) await side.dispose();
});

afterAll(() => places.dispose());

describe('mounting in memory agrees with this kernel', () => {
  test.each(MOUNT_CASES)('$name', async (mountCase) => {
    const seen: unknown[] = [];
    for (const side of sides) seen.push(await runMountCase(side, mountCase));
    expect(seen[0]).toEqual(seen[1]);
  });
});
