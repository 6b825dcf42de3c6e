/** Establishes that byte paths keep every byte and are cleaned and rooted as in Go, by laws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goClean, goJoin } from '../../../../src/domain/go/path.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';
import {
  baseOf,
  childOf,
  cleanBytePath,
  fromBytePath,
  parentOf,
  rootedPath,
  showBytePath,
  toBytePath,
} from '../../../../src/driver/archive/byte-path.js';

const paths = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/', '\u00ff'), maxLength: 12 });

describe('a byte path', () => {
  it('keeps every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const path = toBytePath(bytes);

        expect(path).toHaveLength(bytes.length);
        expect(fromBytePath(path)).toEqual(bytes);
      }),
    );
  });

  it('is shown as UTF-8, and what is none as a replacement', () => {
    expect(showBytePath(toBytePath(encodeUtf8('/ü')))).toBe('/ü');
    expect(showBytePath('/a\u00ff')).toBe('/a\ufffd');
  });

  it('is cleaned as Go cleans paths', () => {
    fc.assert(
      fc.property(paths, (path) => {
        expect(cleanBytePath(path)).toBe(goClean(path));
      }),
    );
  });

  it('is rooted as Go joins paths to the root', () => {
    fc.assert(
      fc.property(paths, (path) => {
        expect(rootedPath(goClean(path))).toBe(goJoin('/', path));
      }),
    );
  });

  it.each([
    ['/a/b', '/a', 'b'],
    ['/a', '/', 'a'],
  ])('%s is %s and %s', (path, parent, base) => {
    expect([parentOf(path), baseOf(path)]).toEqual([parent, base]);
    expect(childOf(parent, base)).toBe(path);
  });
});
