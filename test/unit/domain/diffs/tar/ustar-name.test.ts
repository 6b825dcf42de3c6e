// Establishes where long names are split for ustar, by names around the limits of both fields.
import { describe, expect, it } from 'vitest';
import { splitUstarName } from '../../../../../src/domain/diffs/tar/ustar-name.js';
import { encodeUtf8 } from '../../../../../src/domain/utf8.js';

const a = (length: number): string => 'a'.repeat(length);

describe('splitUstarName', () => {
  it.each([
    [`${a(155)}/${a(100)}`, 155],
    [`${a(50)}/${a(99)}/`, 50],
    [`${a(60)}/${a(10)}/${a(60)}`, 71],
    [`${a(1)}/${a(100)}`, 1],
    [`${a(155)}/b/`, 155],
    [`${a(100)}/`.padEnd(102, 'b'), 100],
  ])('splits %s at %d', (name, at) => {
    const split = splitUstarName(encodeUtf8(name));

    expect(Buffer.from(split?.prefix ?? []).toString()).toBe(name.slice(0, at));
    expect(Buffer.from(split?.suffix ?? []).toString()).toBe(name.slice(at + 1));
  });

  it.each([
    ['short enough', `${a(49)}/${a(50)}`],
    ['without slash', a(101)],
    ['with nothing before the slash', `/${a(100)}`],
    ['with nothing behind the slash', `${a(120)}/`],
    ['too long behind the slash', `${a(50)}/${a(101)}`],
    ['too long before the slash', `${a(156)}/${a(90)}`],
    ['not ASCII', `${a(60)}/é${a(60)}`],
    ['with a NUL', `${a(60)}/\0${a(60)}`],
  ])('leaves alone a name %s', (_, name) => {
    expect(splitUstarName(encodeUtf8(name))).toBeUndefined();
  });
});
