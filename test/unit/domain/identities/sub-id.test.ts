// Establishes how sub-id files are read, by the reference's rules.
import { describe, expect, it } from 'vitest';
import { GoNumError } from '../../../../src/domain/go/strconv.js';
import { parseSubIds, SubIdError } from '../../../../src/domain/identities/sub-id.js';

const FILE = '/etc/subuid';
const TEXT = `# sub-ids

kim:100000:65536
lee:200000:1000
  kim:300000:5\t
#kim:1:1
`;

describe('parseSubIds', () => {
  it("gives one user's ranges in the order of the file", () => {
    expect(parseSubIds(TEXT, FILE, 'kim')).toStrictEqual([
      { start: 100000, length: 65536 },
      { start: 300000, length: 5 },
    ]);
  });

  it("gives everybody's ranges for ALL", () => {
    expect(parseSubIds(TEXT, FILE, 'ALL').map((range) => range.start)).toStrictEqual([
      100000, 200000, 300000,
    ]);
  });

  it('gives none for a stranger or an empty file', () => {
    expect(parseSubIds(TEXT, FILE, 'root')).toStrictEqual([]);
    expect(parseSubIds('', FILE, 'kim')).toStrictEqual([]);
  });

  it.each(['kim', 'kim:1', 'kim:1:2:3', 'lee'])('refuses the line %j, whoever asks', (line) => {
    expect(() => parseSubIds(`${line}\n`, '/etc/subgid', 'root')).toThrow(
      new SubIdError(
        'Cannot parse subuid/gid information: Format not correct for /etc/subgid file',
      ),
    );
  });

  it.each([
    ['kim:x:1', 'x', 'invalid syntax'],
    ['kim:1:', '', 'invalid syntax'],
    ['kim:1:99999999999999999999', '99999999999999999999', 'value out of range'],
  ] as const)('refuses a number that is none in %j', (line, text, reason) => {
    expect(() => parseSubIds(line, FILE, 'kim')).toThrow(
      new SubIdError(
        'String to int conversion failed during subuid/gid parsing of /etc/subuid: ' +
          `strconv.Atoi: parsing "${text}": ${reason}`,
        { cause: new GoNumError('Atoi', text, reason) },
      ),
    );
  });

  it("does not look at other users' numbers", () => {
    expect(parseSubIds('lee:x:y\nkim:1:2\n', FILE, 'kim')).toStrictEqual([{ start: 1, length: 2 }]);
  });

  it('refuses a line of 64 KiB', () => {
    expect(() => parseSubIds(`kim:1:2\n#${'x'.repeat(65536)}\n`, FILE, 'kim')).toThrow(
      new SubIdError('bufio.Scanner: token too long'),
    );
  });
});

describe('SubIdError', () => {
  it('has a code of its own and its cause', () => {
    const cause = new GoNumError('Atoi', '', 'invalid syntax');

    expect(new SubIdError('text', { cause })).toMatchObject({
      message: 'text',
      code: 'sub-id',
      name: 'SubIdError',
      cause,
    });
  });
});
