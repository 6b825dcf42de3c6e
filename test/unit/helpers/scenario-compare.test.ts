/**
 * Establishes that the comparison of a driver's answers with recorded ones sees every kind of
 * difference, by examples that differ in one thing each.
 */
import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { maskTimes } from '../../helpers/scenario-archive.js';
import { canonicalAnswers, type Answer } from '../../helpers/scenario-canonical.js';
import { correct, describeDifference } from '../../helpers/scenario-compare.js';
import type { ArchiveText, Step } from '../../helpers/scenario-types.js';

const unpack = ({ gzip = '' }: ArchiveText): Uint8Array => Buffer.from(gzip, 'base64');

function compare(step: Partial<Step>, expected: Partial<Answer>, actual: Partial<Answer>) {
  return describeDifference(
    [{ do: 'get', ...step }],
    [{ step: 0, ...expected }],
    [{ step: 0, ...actual }],
    unpack,
  );
}

describe('comparing answers', () => {
  it('finds nothing in equal answers', () => {
    const answer = { ok: ['a'], logs: [{ level: 'error', message: 'm' }] };

    expect(compare({}, answer, structuredClone(answer))).toBeUndefined();
  });

  it.each<[string, Partial<Answer>, Partial<Answer>]>([
    ['an error in place of a success', { ok: 'done' }, { error: { message: 'm' } }],
    ['a panic in place of an error', { error: { message: 'm' } }, { panic: 'm' }],
    ['another message', { error: { message: 'm' } }, { error: { message: 'n' } }],
    [
      'another errno',
      { error: { message: 'm', errno: 'EIO' } },
      { error: { message: 'm', errno: 'EPERM' } },
    ],
    ['a missing errno', { error: { message: 'm', errno: 'EIO' } }, { error: { message: 'm' } }],
    ['another value', { ok: '1' }, { ok: '2' }],
    ['another field', { ok: { size: '1' } }, { ok: { size: '2' } }],
    ['a missing line', { ok: ['a', 'b'] }, { ok: ['a'] }],
    ['a surplus line', { ok: ['a'] }, { ok: ['a', 'b'] }],
    ['lines in another order', { ok: ['a', 'b'] }, { ok: ['b', 'a'] }],
    ['a repeated line', { ok: ['a'] }, { ok: ['a', 'a'] }],
    ['what a failure tells besides', { also: { created: 1 } }, { also: { created: 2 } }],
    ['a missing warning', { logs: [{ level: 'warning', message: 'm' }] }, {}],
    ['a surplus error line', {}, { logs: [{ level: 'error', message: 'm' }] }],
  ])('sees %s', (_about, expected, actual) => {
    expect(compare({}, expected, actual)).toContain('step 0');
  });

  it('does not ask for an errno that was not recorded', () => {
    const expected = { error: { message: 'm' } };
    const actual = { error: { message: 'm', errno: 'EIO' } };

    expect(compare({}, expected, actual)).toBeUndefined();
  });

  it('leaves out what is only said while debugging', () => {
    expect(compare({}, { logs: [{ level: 'debug', message: 'm' }] }, {})).toBeUndefined();
  });

  it('names the field of the header in which archives differ', () => {
    const expected = Buffer.alloc(1024);
    expected.write('name');
    const actual = Buffer.from(expected);
    actual[150] = 1;
    const archive = { bytes: 1024, gzip: expected.toString('base64') };

    const difference = compare(
      {},
      { ok: { archive, masked: [], listing: ['x'] } },
      { ok: { archive: actual.toString('base64'), masked: [] } },
    );

    expect(difference).toContain('byte 150 (field "checksum" of header 0, name)');
  });

  it('sees an archive that is only shorter', () => {
    const archive = { bytes: 4, gzip: Buffer.from('abcd').toString('base64') };
    const shorter = Buffer.from('abc').toString('base64');

    expect(compare({}, { ok: { archive } }, { ok: { archive: shorter } })).toContain('byte 3');
  });

  it('compares no texts where a step says that they are loose, but the outcome', () => {
    const loose = { loose: 'why' };
    const error = { error: { message: 'm' } };

    expect(compare(loose, error, { error: { message: 'n' } })).toBeUndefined();
    expect(compare(loose, error, { ok: 'done' })).toContain('expected');
  });
});

describe('correcting recorded answers', () => {
  it('replaces and drops lines', () => {
    const seed = {
      why: 'w',
      lines: [
        ['a', 'A'],
        ['b', null],
      ] as const,
    };

    expect(correct({ step: 0, ok: ['a', 'b', 'c'] }, seed).ok).toEqual(['A', 'c']);
  });

  it('refuses a correction that corrects nothing', () => {
    const seed = { why: 'w', lines: [['x', 'y']] as const };

    expect(() => correct({ step: 0, ok: ['a'] }, seed)).toThrow('nothing to correct: x');
  });

  it('replaces a success by an error', () => {
    const seed = { why: 'w', error: { message: 'm' } };

    expect(correct({ step: 0, ok: 'done' }, seed)).toEqual({ step: 0, error: { message: 'm' } });
  });
});

describe('canonical answers', () => {
  const [first, second] = ['A'.repeat(26), 'Z'.repeat(26)] as const;

  it('names link ids in the order in which layers show them', () => {
    const dump = [
      'dir 0700 0:0 .',
      `reg 0644 0:0 a/link = ${second}`,
      `reg 0644 0:0 b/link = ${first}`,
      'dir 0700 0:0 l',
      `lnk 0777 0:0 l/${first} -> ../b/diff`,
      `lnk 0777 0:0 l/${second} -> ../a/diff`,
    ];

    const [answer] = canonicalAnswers([{ do: 'dump' }], [{ step: 0, ok: dump }], '/r/h');

    expect(answer?.ok).toEqual([
      'dir 0700 0:0 .',
      'reg 0644 0:0 a/link = L1',
      'reg 0644 0:0 b/link = L2',
      'dir 0700 0:0 l',
      'lnk 0777 0:0 l/L1 -> ../a/diff',
      'lnk 0777 0:0 l/L2 -> ../b/diff',
    ]);
  });

  it('replaces the home, what holds it, and the names of temporary files', () => {
    const message = 'rmdir /r/h/opaque-bug-check123 /r/x l/w/#1f';

    const [answer] = canonicalAnswers([{ do: 'get' }], [{ step: 0, error: { message } }], '/r/h');

    expect(answer?.error?.message).toBe('rmdir «HOME»/opaque-bug-check* «ROOT»/x l/w/#');
  });
});

describe('masking times', () => {
  it('zeroes the times of the run and mends the checksum, and leaves older ones', () => {
    const archive = Buffer.alloc(2048);
    archive.write('new', 0);
    archive.write('00000000144\0', 136);
    archive.write('old', 512);
    archive.write('00000000001\0', 512 + 136);
    const old = Buffer.from(archive.subarray(512, 1024));

    const masked = maskTimes(archive, 100, []);

    expect(masked).toEqual(['new']);
    expect(archive.toString('latin1', 136, 148)).toBe('00000000000\0');
    // Eight blanks, eleven zeros and the name: 256 + 528 + 330.
    expect(archive.toString('latin1', 148, 156)).toBe('002132\0 ');
    expect(archive.subarray(512, 1024).equals(old)).toBe(true);
  });
});
