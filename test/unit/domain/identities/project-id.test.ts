// Establishes which project ids are given out and what sizes become, by the reference's examples.
import { describe, expect, it } from 'vitest';
import { AssertionError } from '../../../../src/domain/assert.js';
import {
  blocksToBytes,
  firstProjectId,
  nextProjectId,
  parseProjectId,
  quotaBlocks,
} from '../../../../src/domain/identities/project-id.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';

describe('firstProjectId', () => {
  it.each([
    [0, [], 2],
    [999, [], 1001],
    [999, [1001, 1005], 1006],
    [999, [1005, 1001], 1006],
    [0, [0, 1], 2],
    [0, [2], 3],
    [0, [3], 4],
    [5, [5, 5], 7],
  ])('below a home of %i with %j in use is %i', (homeId, usedIds, first) => {
    expect(firstProjectId(parseProjectId(homeId), usedIds.map(parseProjectId))).toBe(first);
  });
});

describe('nextProjectId', () => {
  it('is one more', () => {
    expect(nextProjectId(parseProjectId(7))).toBe(8);
  });

  it('wraps after the greatest 32-bit id', () => {
    expect(nextProjectId(parseProjectId(0xffffffff))).toBe(0);
  });
});

describe('parseProjectId', () => {
  it.each([0, 1, 0x80000000, 0xffffffff])('takes %i', (id) => {
    expect(parseProjectId(id)).toBe(id);
  });

  it.each([-1, 1.5, 0x100000000, Number.NaN])('refuses %d', (id) => {
    expect(() => parseProjectId(id)).toThrow(
      new AssertionError(`assertion failed: project id ${id} is an unsigned 32-bit integer`),
    );
  });
});

describe.each([MOBY_2019, STRICT])('quotaBlocks in $name', (profile) => {
  it.each([
    [0n, 0n],
    [512n, 1n],
    [513n, 1n],
    [1023n, 1n],
    [1024n, 2n],
    [10737418240n, 20971520n],
    [2n ** 63n, 2n ** 54n],
    [2n ** 64n - 1n, 2n ** 55n - 1n],
  ])('gives %s bytes %s blocks', (sizeBytes, blocks) => {
    expect(quotaBlocks(sizeBytes, profile)).toBe(blocks);
  });
});

describe('a quota below 512 bytes (Q-45)', () => {
  it.each([1n, 511n])('of %s bytes is no limit in moby-2019', (sizeBytes) => {
    expect(quotaBlocks(sizeBytes, MOBY_2019)).toBe(0n);
  });

  it.each([1n, 511n])('of %s bytes is one block in strict', (sizeBytes) => {
    expect(quotaBlocks(sizeBytes, STRICT)).toBe(1n);
  });
});

describe('blocksToBytes', () => {
  it.each([
    [0n, 0n],
    [1n, 512n],
    [20971520n, 10737418240n],
    [2n ** 55n, 0n],
    [2n ** 55n + 1n, 512n],
    [2n ** 54n, 2n ** 63n],
  ])('gives %s blocks %s bytes', (blocks, bytes) => {
    expect(blocksToBytes(blocks)).toBe(bytes);
  });
});
