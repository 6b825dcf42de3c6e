import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { IdMap } from '../composition.js';
import { findJudge, JUDGE_NAMES } from '../domain/profiles/find-judge.js';
import { findProfile, PROFILE_NAMES } from '../domain/profiles/find-profile.js';
import type { Profile } from '../domain/profiles/profile.js';

const ID_MAP = /^(\d{1,10}):(\d{1,10}):(\d{1,10})$/;
const SECONDS = /^\d{1,7}(?:\.\d{1,3})?$/;
const MS_PER_SECOND = 1000;
/** Ids are 32 bits, and the last one means "none". */
const ID_MAX = 0xffff_fffe;

/**
 * Parses a path; a relative one starts from the current directory.
 *
 * @throws InvalidArgumentError for an empty one.
 * @internal
 */
export function parsePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.');
  return resolve(text);
}

/**
 * Parses the name of a profile.
 *
 * @throws InvalidArgumentError for an unknown one.
 * @internal
 */
export function parseProfile(name: string): Profile {
  const profile = findProfile(name);
  if (profile !== undefined) return profile;
  throw new InvalidArgumentError(`Allowed choices are ${PROFILE_NAMES.join(', ')}.`);
}

/**
 * Parses the name of a profile that judges, though no driver here may be of it.
 *
 * @throws InvalidArgumentError for an unknown one.
 * @internal
 */
export function parseJudge(name: string): Profile {
  const profile = findJudge(name);
  if (profile !== undefined) return profile;
  throw new InvalidArgumentError(`Allowed choices are ${JUDGE_NAMES.join(', ')}.`);
}

/**
 * Parses seconds, with up to three decimals, to milliseconds.
 *
 * @throws InvalidArgumentError for anything else.
 * @internal
 */
export function parseSeconds(text: string): number {
  if (!SECONDS.test(text)) throw new InvalidArgumentError('It is not a number of seconds.');
  return Math.round(Number(text) * MS_PER_SECOND);
}

/**
 * Adds one `key=value` to those given before.
 *
 * @throws InvalidArgumentError without a key or without `=`.
 * @internal
 */
export function collectKeyValue(
  text: string,
  before: readonly string[] | undefined,
): readonly string[] {
  if (text.indexOf('=') < 1) throw new InvalidArgumentError('It is not key=value.');
  return [...(before ?? []), text];
}

/**
 * Adds one id map, `container:host:size`, to those given before.
 *
 * @throws InvalidArgumentError for anything else, and for ids beyond 32 bits.
 * @internal
 */
export function collectIdMap(text: string, before: readonly IdMap[] | undefined): readonly IdMap[] {
  const match = ID_MAP.exec(text);
  if (match === null) throw new InvalidArgumentError('It is not container:host:size.');
  const [containerId = 0, hostId = 0, size = 0] = match.slice(1).map(Number);
  if (size === 0) throw new InvalidArgumentError('It maps no ids.');
  if (Math.max(containerId, hostId) + size - 1 > ID_MAX) {
    throw new InvalidArgumentError('It goes beyond the last id.');
  }
  return [...(before ?? []), { containerId, hostId, size }];
}
