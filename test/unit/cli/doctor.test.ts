/** Shows the table of `doctor`. */
import { expect, test } from 'vitest';
import { formatFindings } from '../../../src/cli/doctor.js';

test('aligns names and answers, and names the probe', () => {
  const table = formatFindings([
    { name: 'kernel', answer: 'yes', value: '6.1.0', probe: 'uname' },
    { name: 'new mount API', answer: 'unknown', value: '', probe: 'fsopen' },
  ]);

  expect(table).toBe('kernel         yes      6.1.0 (uname)\nnew mount API  unknown  (fsopen)\n');
});

test('keeps what the host says in one line', () => {
  const table = formatFindings([{ name: 'x', answer: 'no', value: 'a\nb', probe: '/t\u001b' }]);

  expect(table).toBe('x  no  a\\nb (/t\\x1b)\n');
});
