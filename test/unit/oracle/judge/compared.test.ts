// Establishes what each kind of divergence was found by comparing.
import { expect, it } from 'vitest';
import type { Answer } from '../../../../src/oracle/commands/answer.js';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import { comparedBy } from '../../../../src/oracle/judge/compared.js';

const OK: Answer = { ok: true, value: { kind: 'nothing' } };
const FAILED: Answer = { ok: false, code: 'syscall', errno: 'EIO', message: '' };
const PUT: Operation = { op: 'put', id: 'a' };
const REMOVE: Operation = { op: 'remove', id: 'a' };
const WALK: Operation = { op: 'walk', id: 'a' };
const DIFF: Operation = { op: 'diff', id: 'a', parent: '' };
const SIZE: Operation = { op: 'diffSize', id: 'a', parent: '' };

const answered = (operation: Operation, answer: Answer, expected: string) =>
  comparedBy({
    kind: 'answer',
    rule: '',
    signature: '',
    operation,
    answer,
    differences: [{ subject: 'answer', expected, actual: '' }],
  });
const seen = (operation: Operation, aspects: readonly string[]) =>
  comparedBy({
    kind: 'home',
    rule: '',
    signature: '',
    operation,
    answer: OK,
    differences: [],
    aspects,
  });
const broken = (name: string) =>
  comparedBy({
    kind: 'law',
    rule: '',
    signature: `law ${name} put ok`,
    operation: PUT,
    answer: OK,
    differences: [],
  });

it('is how a call ends, or what it gives', () => {
  expect(answered(PUT, FAILED, 'a success')).toBe('answers');
  expect(answered(WALK, OK, 'the failure syscall ENOENT')).toBe('answers');
  expect(answered(PUT, FAILED, 'the failure syscall EBUSY')).toBe('classes');
  expect(answered(WALK, OK, 'f missing')).toBe('merged');
  expect(answered(DIFF, OK, 'f missing')).toBe('archives');
  expect(answered(SIZE, OK, '3')).toBe('sizes');
});

it('is what lies in the home, or is left in it', () => {
  expect(seen(PUT, ['merged extra'])).toBe('disk');
  expect(seen(REMOVE, ['links extra'])).toBe('leftovers');
  expect(seen(REMOVE, ['links extra', 'layer missing'])).toBe('disk');
});

it('is what a law looks at', () => {
  expect(broken('page')).toBe('mountdata');
  expect(broken('lower-chain')).toBe('disk');
});
