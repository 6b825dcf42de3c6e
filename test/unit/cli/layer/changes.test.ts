/** Shows the lines of `layer changes`, above all for names that are not UTF-8. */
import { expect, test } from 'vitest';
import { formatChanges } from '../../../../src/cli/layer/changes.js';

const path = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))),
  );

test('gives a letter and the path in its own bytes', () => {
  const text = formatChanges([
    { kind: 'modify', path: path('/a') },
    { kind: 'add', path: path('/a/', 0xff, 0xfe) },
    { kind: 'delete', path: path('/é') },
  ]);

  expect(Buffer.from(text)).toEqual(
    Buffer.concat([path('C /a\n'), path('A /a/', 0xff, 0xfe, '\n'), path('D /é\n')]),
  );
});

test('gives nothing for no changes', () => {
  expect(formatChanges([])).toHaveLength(0);
});
