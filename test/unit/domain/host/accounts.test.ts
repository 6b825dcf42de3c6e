// Establishes which names ids have, by chosen lines and answers recorded from Go's own rules.
import { describe, expect, it } from 'vitest';
import { parseAccounts } from '../../../../src/domain/host/accounts.js';
import { goAnswers } from '../../../helpers/go-answers.js';

const ROOT = 'root:x:0:0:root:/root:/bin/bash';
const SHADOW = 'shadow:x:42:';

describe('parseAccounts of passwd', () => {
  const parse = (text: string) => [...parseAccounts(text, 'passwd')];

  it('gives the name of each id', () => {
    expect(parse(`${ROOT}\nkim:x:1000:1000:Kim,,,:/home/kim:/bin/sh\n`)).toStrictEqual([
      [0, 'root'],
      [1000, 'kim'],
    ]);
  });

  it('keeps the first of two names of one id', () => {
    expect(parse(`${ROOT}\ntoor:x:0:0::/root:/bin/sh\n`)).toStrictEqual([[0, 'root']]);
  });

  it.each([
    ['spaces around it', ` \t${ROOT} `],
    ['colons in its last field', `${ROOT}:more:fields`],
    ['Windows line ends', `${ROOT}\r\n`],
    ['a negative group id', 'root:x:0:-1::/:'],
    ['empty fields', 'root::0:0:::'],
  ])('takes a line with %s', (_, line) => {
    expect(parse(line)).toStrictEqual([[0, 'root']]);
  });

  it.each([
    ['a comment', `#${ROOT}`],
    ['a comment after white space', ` # ${ROOT}`],
    ['an NIS inclusion', `+${ROOT}`],
    ['an NIS exclusion', `-${ROOT}`],
    ['a line without a name', ':x:0:0:root:/root:/bin/bash'],
    ['a line of six fields', 'root:x:0:0:root:/root'],
    ['a user id that is no number', 'root:x:zero:0:root:/root:/bin/bash'],
    ['an empty user id', 'root:x::0:root:/root:/bin/bash'],
    ['a group id that is no number', 'root:x:0:zero:root:/root:/bin/bash'],
    ['a user id with leading zeros', 'root:x:00:0:root:/root:/bin/bash'],
    ['a user id with a plus', 'root:x:+1:0:root:/root:/bin/bash'],
    ['a user id beyond 64 bits', 'root:x:99999999999999999999:0:root:/root:/bin/bash'],
    ['a blank line', '   '],
  ])('leaves out %s', (_, line) => {
    expect(parse(line)).toStrictEqual([]);
  });

  it('takes a name with a plus, minus or hash inside', () => {
    expect(parse('a+b-c#d:x:5:5:::')).toStrictEqual([[5, 'a+b-c#d']]);
  });

  it('reads no further than a line that is too long', () => {
    expect(parse(`${ROOT}\n${'x'.repeat(65536)}\nkim:x:1:1:::\n`)).toStrictEqual([[0, 'root']]);
  });

  it("answers recorded inputs by Go's rules", () => {
    for (const { inputs, answer } of goAnswers('passwd')) {
      const [text = '', id] = inputs;
      expect(parseAccounts(text, 'passwd').get(Number(id)) ?? null).toBe(answer);
    }
  });
});

describe('parseAccounts of group', () => {
  const parse = (text: string) => [...parseAccounts(text, 'group')];

  it('gives the name of each id', () => {
    expect(parse(`root:x:0:\n${SHADOW}\nusers:x:100:kim,lee:\n`)).toStrictEqual([
      [0, 'root'],
      [42, 'shadow'],
      [100, 'users'],
    ]);
  });

  it('takes members that are no number', () => {
    expect(parse('wheel:*:0:root')).toStrictEqual([[0, 'wheel']]);
  });

  it.each(['shadow:x:42', '#shadow:x:42:', '+shadow:x:42:', '-shadow:x:42:', ':x:42:', 'a:x:b:'])(
    'leaves out %j',
    (line) => {
      expect(parse(line)).toStrictEqual([]);
    },
  );

  it("answers recorded inputs by Go's rules", () => {
    for (const { inputs, answer } of goAnswers('group')) {
      const [text = '', id] = inputs;
      expect(parseAccounts(text, 'group').get(Number(id)) ?? null).toBe(answer);
    }
  });
});
