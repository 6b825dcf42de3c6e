// Establishes which runes Go prints as they are, by the ends of runs and a digest over all runes.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isPrintable } from '../../../../src/domain/go/printable.js';

describe('isPrintable', () => {
  it.each([
    [0x00, false],
    [0x1f, false],
    [0x20, true],
    [0x7e, true],
    [0x7f, false],
    [0xa0, false],
    [0xa1, true],
    [0xac, true],
    [0xad, false],
    [0xae, true],
    [0x377, true],
    [0x378, false],
    [0x3000, false],
    [0xd7ff, false],
    [0xd800, false],
    [0xe000, false],
    [0xfffd, true],
    [0xffff, false],
    [0x10000, true],
    [0xe01ef, true],
    [0xe01f0, false],
    [0x10ffff, false],
  ])('says of U+%s %s', (codePoint, printable) => {
    expect(isPrintable(codePoint)).toBe(printable);
  });

  it('answers for every rune as the recorded digest of Go says', () => {
    const answers = Uint8Array.from({ length: 0x110000 }, (_, rune) => (isPrintable(rune) ? 1 : 0));

    expect(createHash('sha256').update(answers).digest('hex')).toBe(
      '11503b9bce276488203e93c996ac857c06e442e47515191559d233c0ab931737',
    );
  });
});
