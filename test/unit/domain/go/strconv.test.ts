// Establishes that booleans and numbers are read as Go reads them, with Go's texts.
import { describe, expect, it } from 'vitest';
import { GraphDriverError } from '../../../../src/domain/errors.js';
import {
  atoi,
  GoNumError,
  isInt64,
  parseBool,
  parseFloat,
} from '../../../../src/domain/go/strconv.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';
import { withMessage } from '../../../helpers/with-message.js';

function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString();
}

describe('parseBool', () => {
  it.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('reads %s as true', (text) => {
    expect(parseBool(text)).toBe(true);
  });

  it.each(['0', 'f', 'F', 'FALSE', 'false', 'False'])('reads %s as false', (text) => {
    expect(parseBool(text)).toBe(false);
  });

  it.each(['', 'yes', 'on', '01', 'tRUE', 'fALSE', ' true', 'maybe'])('refuses %j', (text) => {
    expect(() => parseBool(text)).toThrow(new GoNumError('ParseBool', text, 'invalid syntax'));
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('parseBool');

    expect(answersOf(recorded, parseBool)).toStrictEqual(recorded);
  });
});

describe('atoi', () => {
  it.each([
    ['0', 0n],
    ['007', 7n],
    ['+5', 5n],
    ['-5', -5n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
  ])('reads %s', (text, value) => {
    expect(atoi(text)).toBe(value);
  });

  it.each(['', '+', '-', '1a', 'a1', ' 1', '1 ', '1_0', '0x1', '1.0', '--1'])(
    'refuses %j',
    (text) => {
      expect(() => atoi(text)).toThrow(new GoNumError('Atoi', text, 'invalid syntax'));
    },
  );

  it.each(['9223372036854775808', '-9223372036854775809'])('finds %s out of range', (text) => {
    expect(() => atoi(text)).toThrow(new GoNumError('Atoi', text, 'value out of range'));
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('atoi');

    expect(answersOf(recorded, (text) => atoi(text).toString())).toStrictEqual(recorded);
  });
});

describe('isInt64', () => {
  it.each([
    [0n, true],
    [2n ** 63n - 1n, true],
    [2n ** 63n, false],
    [-(2n ** 63n), true],
    [-(2n ** 63n) - 1n, false],
  ])('says of %s %s', (value, fits) => {
    expect(isInt64(value)).toBe(fits);
  });
});

describe('parseFloat', () => {
  it.each([
    ['1', 1],
    ['12.75', 12.75],
    ['1.', 1],
    ['.5', 0.5],
    ['+.5e1', 5],
    ['-2E-1', -0.2],
    ['1e+12', 1e12],
    ['00012', 12],
    ['1e-400', 0],
    ['9007199254740993', 9007199254740992],
    ['1.7976931348623157e308', Number.MAX_VALUE],
  ])('reads %s', (text, value) => {
    expect(parseFloat(text)).toBe(value);
  });

  it.each(['', '.', 'e1', '1e', '1e+', '1.2.3', ' 1', '1 ', '1x', 'x1', '--1', '1e1.5', '1ee12'])(
    'refuses %j',
    (text) => {
      expect(() => parseFloat(text)).toThrow(new GoNumError('ParseFloat', text, 'invalid syntax'));
    },
  );

  it.each(['1e309', '-1e309', '9'.repeat(310)])('finds %s out of range', (text) => {
    expect(() => parseFloat(text)).toThrow(
      new GoNumError('ParseFloat', text, 'value out of range'),
    );
  });

  it('answers recorded inputs with the very bits of Go', () => {
    const recorded = goAnswers('parseFloat');

    expect(answersOf(recorded, (text) => bitsOf(parseFloat(text)))).toStrictEqual(recorded);
  });
});

describe('GoNumError', () => {
  it('quotes the text as Go does', () => {
    expect(() => parseBool('a"\n')).toThrow(
      withMessage(String.raw`strconv.ParseBool: parsing "a\"\n": invalid syntax`),
    );
  });

  it('carries what was asked', () => {
    const error = new GoNumError('Atoi', 'x', 'value out of range');

    expect(error).toBeInstanceOf(GraphDriverError);
    expect(error).toMatchObject({
      message: 'strconv.Atoi: parsing "x": value out of range',
      code: 'number',
      name: 'GoNumError',
      functionName: 'Atoi',
      text: 'x',
      reason: 'value out of range',
    });
  });
});
