/**
 * Establishes what becomes of an archive that ends early, by cutting one at every block and inside
 * every block: between entries and in padding it is an end, elsewhere `unexpected EOF`, and the
 * entries before the cut stay.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExtractionPlace } from '../../helpers/extraction-place.js';
import { rawEntry, rawTar } from '../../helpers/raw-tar.js';
import { withMessage } from '../../helpers/with-message.js';

const BLOCK = 512;
const ENTRIES = [
  { name: 'empty' },
  { name: 'small', content: 's'.repeat(100) },
  { name: 'd', type: '5', mode: 0o755 },
  { name: 'd/large', content: 'l'.repeat(1000) },
];
const ARCHIVE = rawTar(...ENTRIES);
const ENDS = ENTRIES.map((_, i) => Buffer.concat(ENTRIES.slice(0, i + 1).map(rawEntry)).length);

let place: ExtractionPlace;

beforeEach(() => {
  place = new ExtractionPlace();
});

afterEach(() => place.remove());

/** Whether the archive may end here, by where its entries and their paddings lie. */
function isEnd(cut: number): boolean {
  if (cut >= (ENDS.at(-1) as number)) return cut % BLOCK === 0;
  return ENTRIES.some((entry, i) => {
    const end = ENDS[i] as number;
    const data = end - BLOCK * Math.ceil((entry.content ?? '').length / BLOCK);
    return cut === 0 || (cut >= data + (entry.content ?? '').length && cut <= end);
  });
}

const cuts = Array.from({ length: ARCHIVE.length / BLOCK + 1 }, (_, i) => i * BLOCK).flatMap(
  (at) => [at, at + 1, at + 99, at + 100, at + 488, at + 511],
);

describe('an archive cut short', () => {
  it.each(cuts.filter((cut) => cut <= ARCHIVE.length))('at byte %i', async (cut) => {
    const prefix = `ApplyLayer exit status 1 stdout:  stderr: `;
    const applied = place.layer(ARCHIVE.subarray(0, cut));

    if (isEnd(cut)) await applied;
    else await expect(applied).rejects.toEqual(withMessage(`${prefix}unexpected EOF`));

    const whole = ENDS.filter((end) => end <= cut).length;
    const names = (await place.dump()).map((line) => line.split(' ')[3]);
    for (const { name } of ENTRIES.slice(0, whole)) expect(names).toContain(name);
  });

  it('natively keeps what came before the cut', async () => {
    const applied = place.native(ARCHIVE.subarray(0, 3 * BLOCK + 10));

    await expect(applied).rejects.toEqual(
      withMessage('Error processing tar file(exit status 1): unexpected EOF'),
    );
    expect((await place.dump()).map((line) => line.split(' ')[3])).toEqual(['empty', 'small']);
  });
});
