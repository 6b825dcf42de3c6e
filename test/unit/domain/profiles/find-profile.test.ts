/** Establishes that profiles are found by their names. */
import { expect, test } from 'vitest';
import { findProfile, PROFILE_NAMES } from '../../../../src/domain/profiles/find-profile.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';

test('every name gives the profile of that name', () => {
  expect(PROFILE_NAMES).toContain('moby-2019');
  expect(PROFILE_NAMES).toContain('strict');
  for (const name of PROFILE_NAMES) expect(findProfile(name)?.name).toBe(name);
  expect(findProfile('strict')).toBe(STRICT);
});

test('another name gives none', () => {
  expect(findProfile('Strict')).toBeUndefined();
  expect(findProfile('')).toBeUndefined();
});
