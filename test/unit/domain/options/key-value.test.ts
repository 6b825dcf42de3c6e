// Establishes how an option is split, by the reference's examples and recorded answers of moby.
import { describe, expect, it } from 'vitest';
import { parseKeyValueOpt } from '../../../../src/domain/options/key-value.js';
import { OptionError } from '../../../../src/domain/options/option-error.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';

describe('parseKeyValueOpt', () => {
  it.each([
    ['a=b', ['a', 'b']],
    ['a=b=c', ['a', 'b=c']],
    ['=b', ['', 'b']],
    ['a=', ['a', '']],
    ['=', ['', '']],
    [' a = b ', ['a', 'b']],
    ['\u0085a\t=\u00a0b\n', ['a', 'b']],
    ['a b=c d', ['a b', 'c d']],
  ])('splits %j into %j', (option, parts) => {
    expect(parseKeyValueOpt(option)).toStrictEqual(parts);
  });

  it.each(['', 'nokey', ' a '])('refuses %j, which has no equals sign', (option) => {
    expect(() => parseKeyValueOpt(option)).toThrow(
      new OptionError(`Unable to parse key/value option: ${option}`),
    );
  });

  it('answers recorded inputs as moby does', () => {
    const recorded = goAnswers('parseKeyValueOpt');

    expect(answersOf(recorded, parseKeyValueOpt)).toStrictEqual(recorded);
  });
});

describe('OptionError', () => {
  it('has a code of its own', () => {
    expect(new OptionError('text')).toMatchObject({
      message: 'text',
      code: 'option',
      name: 'OptionError',
    });
  });
});
