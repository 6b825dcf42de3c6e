/**
 * Establishes that memory does not grow with the archive: an archive of 300 MB, made while it is
 * read, goes in and comes out in one process, whose highest resident memory is looked at.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLinuxPorts } from '../../../src/adapters/linux/ports.js';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { writeArchive } from '../../../src/driver/archive/tar.js';
import { applyArchive } from '../../../src/driver/archive/untar.js';
import { ExtractionPlace } from '../../helpers/extraction-place.js';
import { rawEntry } from '../../helpers/raw-tar.js';

const MEBIBYTE = 1024 ** 2;
const SIZE = 300 * MEBIBYTE;
const GROWTH_MAX_MEBIBYTES = 64;
const NO_MAPPING = { uids: undefined, gids: undefined };

let place: ExtractionPlace;
let linux: ReturnType<typeof createLinuxPorts>;

beforeEach(() => {
  place = new ExtractionPlace();
  linux = createLinuxPorts();
});

afterEach(async () => {
  await linux.dispose();
  await place.remove();
});

async function* largeArchive(): AsyncGenerator<Uint8Array> {
  yield rawEntry({ name: 'large', sizeSaid: SIZE });
  for (let at = 0; at < SIZE; at += MEBIBYTE) yield Buffer.alloc(MEBIBYTE, at / MEBIBYTE);
  yield Buffer.alloc(1024);
}

/** Highest resident memory since {@link startPeak}, in MiB. */
function peak(): number {
  const [, kib = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) / 1024;
}

function startPeak(): number {
  writeFileSync('/proc/self/clear_refs', '5');
  return peak();
}

it('is constant in the size of the archive', async () => {
  const options = { ports: linux.ports, profile: MOBY_2019, mapping: NO_MAPPING, inUserNs: false };
  const root = await linux.ports.fs.openRoot(place.tree);
  const beforeIn = startPeak();
  const { writtenBytes } = await applyArchive(root, largeArchive(), options);
  const growthIn = peak() - beforeIn;
  await root.close();

  const beforeOut = startPeak();
  let bytes = 0;
  for await (const chunk of writeArchive({ ...options, source: place.tree, fromOverlay: true })) {
    bytes += chunk.length;
  }
  const growthOut = peak() - beforeOut;

  expect([writtenBytes, bytes]).toEqual([BigInt(SIZE), 512 + SIZE + 1024]);
  expect(statSync(join(place.tree, 'large')).size).toBe(SIZE);
  expect(growthIn).toBeLessThan(GROWTH_MAX_MEBIBYTES);
  expect(growthOut).toBeLessThan(GROWTH_MAX_MEBIBYTES);
});
