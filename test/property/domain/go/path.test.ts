// Establishes laws of Go's path functions over paths built from awkward elements.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goBase, goClean, goDir, goJoin, isAbs } from '../../../../src/domain/go/path.js';
import { assertIdempotent } from '../../../helpers/laws.js';

const element = fc.oneof(
  fc.constantFrom('', '.', '..', '...', '/', '//', '/..', './'),
  fc.string({ maxLength: 4 }),
);
const path = fc.array(element, { maxLength: 6 }).map((elements) => elements.join('/'));

describe("Go's paths", () => {
  it('are clean after cleaning', () => {
    assertIdempotent(path, goClean);
  });

  it('have no empty, dot or inner dot-dot element once clean', () => {
    fc.assert(
      fc.property(path, (raw) => {
        const cleaned = goClean(raw);
        const elements = cleaned.replace(/^\//, '').split('/');

        expect(isAbs(cleaned)).toBe(isAbs(raw));
        if (cleaned !== '/' && cleaned !== '.') {
          expect(elements).not.toContain('');
          expect(elements).not.toContain('.');
        }
        expect(elements.lastIndexOf('..')).toBe(
          isAbs(cleaned) ? -1 : elements.filter((one) => one === '..').length - 1,
        );
      }),
    );
  });

  it('join step by step as they join at once', () => {
    fc.assert(
      fc.property(path, path, path, (a, b, c) => {
        const absolute = `/${a}`;

        expect(goJoin(goJoin(absolute, b), c)).toBe(goJoin(absolute, b, c));
      }),
    );
  });

  it('are made again from their directory and last element', () => {
    fc.assert(
      fc.property(
        path.filter((raw) => !raw.endsWith('/')),
        (raw) => {
          expect(goJoin(goDir(raw), goBase(raw))).toBe(goClean(raw));
        },
      ),
    );
  });
});
