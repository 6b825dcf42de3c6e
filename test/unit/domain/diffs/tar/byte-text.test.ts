// Establishes that byte texts read as text where they are UTF-8, and lose no byte where not.
import { describe, expect, it } from 'vitest';
import {
  decodeByteText,
  encodeByteText,
  splitUtf8,
} from '../../../../../src/domain/diffs/tar/byte-text.js';

const PAIRS: [bytes: number[], text: string][] = [
  [[], ''],
  [[0x72, 0x6f, 0x6f, 0x74], 'root'],
  [[0x61, 0x00], 'a\0'],
  [[0xc3, 0xa9], 'é'],
  [[0xe6, 0x97, 0xa5], '日'],
  [[0xf0, 0x9f, 0x98, 0x80], '😀'],
  [[0xff], '\udcff'],
  [[0x80], '\udc80'],
  [[0x61, 0xc3], 'a\udcc3'],
  [[0xc3, 0x61], '\udcc3a'],
  [[0xff, 0xc3, 0xa9, 0xfe], '\udcffé\udcfe'],
  [[0xc1, 0xbf], '\udcc1\udcbf'],
  [[0xc2, 0x7f], '\udcc2\x7f'],
  [[0xff, 0xc2, 0x80], '\udcff\u0080'],
  [[0xe0, 0x9f, 0xbf], '\udce0\udc9f\udcbf'],
  [[0xff, 0xe0, 0xa0, 0x80], '\udcff\u0800'],
  [[0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
  [[0xff, 0xed, 0x9f, 0xbf], '\udcff\ud7ff'],
  [[0xff, 0xee, 0x80, 0x80], '\udcff\ue000'],
  [[0xf0, 0x8f, 0xbf, 0xbf], '\udcf0\udc8f\udcbf\udcbf'],
  [[0xff, 0xf0, 0x90, 0x80, 0x80], '\udcff\u{10000}'],
  [[0xff, 0xf4, 0x8f, 0xbf, 0xbf], '\udcff\u{10ffff}'],
  [[0xf4, 0x90, 0x80, 0x80], '\udcf4\udc90\udc80\udc80'],
  [[0xf5, 0x80, 0x80, 0x80], '\udcf5\udc80\udc80\udc80'],
  [[0xe6, 0x97], '\udce6\udc97'],
  [[0xe6, 0x97, 0xc0], '\udce6\udc97\udcc0'],
  [[0xf1, 0x80, 0x80, 0x41], '\udcf1\udc80\udc80A'],
];

describe('byte texts', () => {
  it.each(PAIRS)('decode %j and encode back', (numbers, text) => {
    const bytes = Uint8Array.from(numbers);

    expect(decodeByteText(bytes)).toBe(text);
    expect(encodeByteText(text)).toStrictEqual(bytes);
  });

  it.each([63, 64, 65, 200])('decode %d characters and encode back', (length) => {
    for (const character of ['a', 'é', '\udcff']) {
      const text = character.repeat(length);

      expect(decodeByteText(encodeByteText(text))).toBe(text);
    }
  });

  it.each(['\ud800', '\udc7f', '\udd00', '\udfff'])(
    'encode the lone surrogate %j as U+FFFD',
    (lone) => {
      expect(encodeByteText(`a${lone}`)).toStrictEqual(Uint8Array.of(0x61, 0xef, 0xbf, 0xbd));
    },
  );
});

describe('splitUtf8', () => {
  it('gives text whole and stray bytes by number', () => {
    const bytes = Uint8Array.of(0x61, 0xc3, 0xa9, 0xff, 0xfe, 0x62);

    expect([...splitUtf8(bytes)]).toStrictEqual(['aé', 0xff, 0xfe, 'b']);
  });
});
