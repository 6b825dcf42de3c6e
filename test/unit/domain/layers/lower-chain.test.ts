/**
 * Establishes what a child's `lower` holds, the depth limit, and the damage that is trusted by moby
 * and refused in strict, by the worked examples.
 */
import { describe, expect, it } from 'vitest';
import { SyscallError } from '../../../../src/domain/errors.js';
import { ERRNO } from '../../../../src/domain/go/errno.js';
import { InvalidLinkError } from '../../../../src/domain/layers/link-id.js';
import {
  assertMeansNoLower,
  childLower,
  formatLower,
  InvalidLowerError,
  MaxDepthError,
  splitLower,
} from '../../../../src/domain/layers/lower-chain.js';
import { withMessage } from '../../../helpers/with-message.js';

const A = 'A'.repeat(26);
const B = 'B'.repeat(26);
const CHECKED = { id: 'parent', trustLink: false, trustLower: false };

function chain(lowers: number): string {
  return Array.from({ length: lowers }, () => `l/${A}`).join(':');
}

describe('childLower', () => {
  it('is the link alone for the child of a base layer', () => {
    expect(childLower(A, undefined)).toBe(`l/${A}`);
    expect(childLower(A, undefined, CHECKED)).toBe(`l/${A}`);
  });

  it('puts the link of the parent above the lowers of the parent', () => {
    expect(childLower(B, `l/${A}`)).toBe(`l/${B}:l/${A}`);
    expect(childLower(B, `l/${A}`, CHECKED)).toBe(`l/${B}:l/${A}`);
  });

  it('gives the link directory itself for an empty link', () => {
    expect(childLower('', undefined)).toBe('l');
    expect(childLower('', 'l')).toBe('l:l');
  });

  it('keeps an empty entry of an empty lower', () => {
    expect(childLower(B, '')).toBe(`l/${B}:`);
  });

  it('keeps a newline of the link', () => {
    expect(childLower(`${B}\n`, undefined)).toBe(`l/${B}\n`);
  });

  it('joins a link with dots lexically', () => {
    expect(childLower('../other', undefined)).toBe('other');
  });

  it('is 3711 bytes long with 128 lowers', () => {
    expect(childLower(B, chain(127))).toHaveLength(3711);
  });

  it('refuses the 129th lower', () => {
    const attempt = (): string => childLower(B, chain(128));

    expect(attempt).toThrow(MaxDepthError);
    expect(attempt).toThrow(withMessage('max depth exceeded'));
  });

  it('refuses an empty link where links are checked', () => {
    const attempt = (): string => childLower('', undefined, CHECKED);

    expect(attempt).toThrow(InvalidLinkError);
    expect(attempt).toThrow(withMessage('layer "parent": link file holds "", not a link id'));
  });

  it('refuses an empty lower where lowers are checked', () => {
    expect(() => childLower(B, '', CHECKED)).toThrow(
      withMessage('layer "parent": lower entry "" is not a link'),
    );
  });

  it('checks link and lower each by its own rule', () => {
    expect(childLower('x', `l/${A}`, { ...CHECKED, trustLink: true })).toBe(`l/x:l/${A}`);
    expect(childLower(B, 'x', { ...CHECKED, trustLower: true })).toBe(`l/${B}:x`);
  });
});

describe('splitLower', () => {
  it('gives the entries, uppermost first', () => {
    expect(splitLower(`l/${B}:l/${A}`)).toStrictEqual([`l/${B}`, `l/${A}`]);
    expect(splitLower(`l/${B}:l/${A}`, CHECKED)).toStrictEqual([`l/${B}`, `l/${A}`]);
  });

  it('gives one empty entry for an empty file', () => {
    expect(splitLower('')).toStrictEqual(['']);
  });

  it('trusts whatever lies between the colons', () => {
    expect(splitLower('l:../x::\n')).toStrictEqual(['l', '../x', '', '\n']);
  });

  it.each([
    ['', '""'],
    ['l', '"l"'],
    [`l/${A}\n`, `"l/${A}\\n"`],
    [`l/${A}x`, `"l/${A}x"`],
    [A, `"${A}"`],
    [`x/${A}`, `"x/${A}"`],
    [`l//${A}`, `"l//${A}"`],
    ['../base/diff', '"../base/diff"'],
  ])('refuses the entry %j where lowers are checked', (entry, quoted) => {
    const attempt = (): unknown => splitLower(`l/${B}:${entry}`, CHECKED);

    expect(attempt).toThrow(InvalidLowerError);
    expect(attempt).toThrow(withMessage(`layer "parent": lower entry ${quoted} is not a link`));
  });

  it('says in its error which layer and which entry', () => {
    expect(new InvalidLowerError('a', 'l')).toMatchObject({
      code: 'invalid-lower',
      id: 'a',
      entry: 'l',
    });
  });
});

describe('formatLower', () => {
  it('joins entries with colons and ends without a newline', () => {
    expect(formatLower([`l/${B}`, `l/${A}`])).toBe(`l/${B}:l/${A}`);
  });
});

describe('assertMeansNoLower', () => {
  const missing = new SyscallError({ errno: ERRNO.ENOENT, syscall: 'open', path: '/h/p/lower' });
  const broken = new SyscallError({ errno: ERRNO.EIO, syscall: 'open', path: '/h/p/lower' });

  it.each([true, false])('takes a missing file for no lowers (any error: %s)', (any) => {
    expect(() => assertMeansNoLower(missing, { anyErrorMeansNone: any })).not.toThrow();
  });

  it('takes any failure for no lowers in moby-2019', () => {
    expect(() => assertMeansNoLower(broken, { anyErrorMeansNone: true })).not.toThrow();
  });

  it('throws any other failure in strict', () => {
    expect(() => assertMeansNoLower(broken, { anyErrorMeansNone: false })).toThrow(
      withMessage('open /h/p/lower: input/output error'),
    );
  });
});

describe('MaxDepthError', () => {
  it('has a code of its own', () => {
    expect(new MaxDepthError().code).toBe('max-depth');
  });
});
