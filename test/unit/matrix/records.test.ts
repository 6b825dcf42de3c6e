/** Establishes how what a guest tells of its tests becomes records of the matrix. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareKernels,
  compareRecords,
  eventsIn,
  recordsOf,
} from '../../../scripts/matrix/records.mjs';
import { someRecord } from './some-results.js';

const GUEST = { kernel: '6.1 (6.1.0-56)', fileSystem: 'ext4' };
const META = { feature: 'quota', fileSystem: 'xfs', probe: 'write until errno 28' };

/** What the reporter says of a test that passed. */
function event(fields: object = {}): object {
  const file = 'test/e2e/driver/crash.test.js';
  return { type: 'test', file, name: 'a > b', state: 'passed', milliseconds: 5, ...fields };
}

describe('events', () => {
  it('are found on a console among other lines, the last of them cut short', () => {
    const text = 'boots\n[  1.2] @matrix {"type":"test","name":"a"}\r\nnoise\n@matrix {"type":"te';

    expect(eventsIn(text, '@matrix ')).toEqual([{ type: 'test', name: 'a' }]);
  });
});

describe('a record', () => {
  it('of a check of the matrix has what the check says of itself', () => {
    const meta = event({ name: 'quota > stops [xfs]', meta: META });

    expect(recordsOf([meta], GUEST)).toEqual([
      {
        kernel: GUEST.kernel,
        fileSystem: 'xfs',
        feature: 'quota',
        check: 'quota > stops',
        status: 'pass',
        probe: META.probe,
        milliseconds: 5,
      },
    ]);
  });

  it('of any other test has its folder, its file and the file system of the directory', () => {
    expect(recordsOf([event()], GUEST)).toMatchObject([
      {
        fileSystem: 'ext4',
        feature: 'driver',
        check: 'a > b',
        probe: 'test/e2e/driver/crash.test.ts: a > b',
      },
    ]);
  });

  it.each([
    ['fails with what was wrong', { state: 'failed', reason: 'EBUSY' }, 'fail', 'EBUSY'],
    ['is not run for a reason', { state: 'skipped', reason: 'no tar' }, 'not-run', 'no tar'],
    ['is not run, and nobody says why', { state: 'skipped' }, 'not-run', 'the test gave none'],
    [
      'is not supported where the check says so',
      { state: 'skipped', reason: 'x', meta: { ...META, unsupported: 'no such option' } },
      'unsupported',
      'no such option',
    ],
    [
      'is not supported where the runner of the tests says so',
      { state: 'skipped', reason: 'x', unsupported: 'no lowerdir+' },
      'unsupported',
      'no lowerdir+',
    ],
  ])('%s', (_, fields, status, reason) => {
    expect(recordsOf([event(fields)], GUEST)).toMatchObject([{ status, reason }]);
  });

  it('says nothing of the names that directories had by chance', () => {
    const reason =
      'mount /var/tmp/overlay2-ref.Ab12Cd/overlay2-ref-home-x_9ZaB/m: invalid argument';

    const [record] = recordsOf([event({ state: 'failed', reason })], GUEST);

    expect(record?.reason).toBe('mount $TMP/m: invalid argument');
  });

  it('fails for a file that could not be loaded', () => {
    const broken = { type: 'file', file: 'test/e2e/mounter.test.js', reason: 'SyntaxError' };

    const [record] = recordsOf([broken], GUEST);

    expect(record).toMatchObject({ feature: 'mounter', status: 'fail', reason: 'SyntaxError' });
  });

  it('stands for all tests of one name, and fails where one of them does', () => {
    const events = [event(), event({ state: 'failed', reason: 'one did' }), event()];

    expect(recordsOf(events, GUEST)).toMatchObject([
      { status: 'fail', reason: 'one did', milliseconds: 15 },
    ]);
  });
});

describe('the order', () => {
  it('of kernels is that of their releases as numbers', () => {
    const kernels = ['newest (7.3.4)', '6.12 (6.12.117)', '5.10 (5.10.262)', '6.1 (6.1.192)'];

    expect(kernels.sort(compareKernels)).toEqual([
      '5.10 (5.10.262)',
      '6.1 (6.1.192)',
      '6.12 (6.12.117)',
      'newest (7.3.4)',
    ]);
  });

  it('of records is the same in whatever order they came', () => {
    const word = fc.constantFrom('a', 'b', 'é', '10', '9');
    const record = fc
      .record({ kernel: word, feature: word, check: word, fileSystem: word })
      .map(someRecord);
    const list = fc.uniqueArray(record, {
      selector: ({ kernel, feature, check, fileSystem }) =>
        JSON.stringify([kernel, feature, check, fileSystem]),
    });
    const shuffled = list.chain((records) =>
      fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length })),
    );

    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(one.sort(compareRecords)).toEqual(other.sort(compareRecords));
      }),
    );
  });
});
