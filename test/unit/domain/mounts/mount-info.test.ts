/**
 * Establishes how the mount table is read, with the texts of every refusal, and which mount points
 * belong to a directory. The lines are as kernels print them.
 */
import { describe, expect, it } from 'vitest';
import { GoSyntaxError } from '../../../../src/domain/go/quote.js';
import {
  isMountPointUnder,
  MountInfoError,
  mountPointsUnder,
  parseMountInfo,
} from '../../../../src/domain/mounts/mount-info.js';
import type { MountFilter, MountInfo } from '../../../../src/domain/mounts/mount-info.js';
import { withMessage } from '../../../helpers/with-message.js';

const ROOT = '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro';
const OVERLAY =
  '92 22 0:45 / /h/r1/merged rw,relatime shared:50 - overlay overlay rw,lowerdir=/h/l/A';

function parse(text: string, keep?: MountFilter): readonly MountInfo[] {
  return parseMountInfo(new TextEncoder().encode(text), keep);
}

function mountAt(mountPoint: string): string {
  return `1 1 0:1 / ${mountPoint} rw - tmpfs tmpfs rw\n`;
}

function mountPoints(text: string, keep?: MountFilter): readonly string[] {
  return parse(text, keep).map((entry) => entry.mountPoint);
}

describe('parseMountInfo', () => {
  it('gives every field of a line', () => {
    expect(parse(`${OVERLAY}\n`)).toStrictEqual([
      {
        id: 92,
        parent: 22,
        major: 0,
        minor: 45,
        root: '/',
        mountPoint: '/h/r1/merged',
        options: 'rw,relatime',
        optional: 'shared:50',
        fsType: 'overlay',
        source: 'overlay',
        superOptions: 'rw,lowerdir=/h/l/A',
      },
    ]);
  });

  it('gives entries in the order of the table', () => {
    expect(mountPoints(`${ROOT}\n${OVERLAY}\n`)).toStrictEqual(['/', '/h/r1/merged']);
  });

  it('reads a last line without a newline', () => {
    expect(mountPoints(`${ROOT}\n${OVERLAY}`)).toStrictEqual(['/', '/h/r1/merged']);
  });

  it('gives nothing for an empty table', () => {
    expect(parse('')).toStrictEqual([]);
  });

  it('takes a carriage return before the newline for part of the line end', () => {
    expect(parse(`${OVERLAY}\r\n`)[0]?.superOptions).toBe('rw,lowerdir=/h/l/A');
    expect(parse(`${OVERLAY}\r\r\n`)[0]?.superOptions).toBe('rw,lowerdir=/h/l/A\r');
  });

  it('has no optional field where the separator follows at once', () => {
    expect(parse(mountAt('/x'))[0]?.optional).toBe('');
  });

  it('gives the first of several optional fields', () => {
    const [entry] = parse('1 2 3:4 / /x rw shared:1 master:2 - tmpfs src rw');

    expect(entry).toMatchObject({ optional: 'shared:1', fsType: 'tmpfs', source: 'src' });
  });

  it('ignores what follows the super options, as an old cifs line with a space has it', () => {
    const [entry] = parse('1 2 3:4 / /x rw - cifs //srv/My Docs rw,unc=//srv/My Docs');

    expect(entry).toMatchObject({ source: '//srv/My', superOptions: 'Docs' });
  });

  it('undoes the octal escapes of root and mount point', () => {
    const [entry] = parse('1 2 3:4 /a\\040b /m\\011n\\012o\\134p rw - tmpfs a\\040b rw');

    expect(entry).toMatchObject({ root: '/a b', mountPoint: '/m\tn\no\\p', source: 'a\\040b' });
  });

  it('keeps characters beyond ASCII, and replaces bytes that are no characters', () => {
    const line = new TextEncoder().encode(mountAt('/é\\040x'));

    expect(parseMountInfo(line)[0]?.mountPoint).toBe('/é x');

    line[line.indexOf(0xc3)] = 0xff;

    expect(parseMountInfo(line)[0]?.mountPoint).toContain('\ufffd');
  });

  it('takes numbers that are none for 0', () => {
    const [entry] = parse('x 2y 3.5:-4 / /x rw - tmpfs tmpfs rw');

    expect(entry).toMatchObject({ id: 0, parent: 0, major: 0, minor: -4 });
    expect(parse('+7 1x 1:x1 / /x rw - tmpfs tmpfs rw')[0]).toMatchObject({
      id: 7,
      parent: 0,
      minor: 0,
    });
  });

  it('gives only entries that are wanted', () => {
    const table = mountAt('/a') + mountAt('/b') + mountAt('/a/c');

    expect(mountPoints(table, (at) => at.startsWith('/a'))).toStrictEqual(['/a', '/a/c']);
  });

  it('stops at the last wanted entry and looks at no line after it', () => {
    const table = `${mountAt('/a')}${mountAt('/b')}garbage\n`;

    expect(mountPoints(table, (at) => (at === '/b' ? 'last' : false))).toStrictEqual(['/b']);
    expect(() => parse(table)).toThrow(MountInfoError);
  });

  it('hands the unescaped mount point to the filter', () => {
    expect(mountPoints(mountAt('/a\\040b'), (at) => at === '/a b')).toStrictEqual(['/a b']);
  });
});

describe('parseMountInfo refuses', () => {
  it.each([
    ['too few fields', '1 2 0:3 / /x rw - tmpfs tmpfs', 'not enough fields (9)'],
    ['an empty line', '', 'not enough fields (1)'],
    [
      'a device number of one part',
      '1 2 03 / /x rw - tmpfs tmpfs rw',
      'unexpected minor:major pair [03]',
    ],
    [
      'a device number of three parts',
      '1 2 0:3:4 / /x rw - tmpfs tmpfs rw',
      'unexpected minor:major pair [0 3 4]',
    ],
    ['no separator', '1 2 0:3 / /x rw a b c d', "missing separator ('-')"],
    [
      'a separator before the optional fields alone',
      '1 2 0:3 / /x - a b c d e',
      "missing separator ('-')",
    ],
    [
      'two fields after the separator',
      '1 2 0:3 / /x rw a - tmpfs tmpfs',
      'not enough fields after a separator',
    ],
    ['a separator at the end', '1 2 0:3 / /x rw a b c -', 'not enough fields after a separator'],
  ])('a line with %s', (_what, line, text) => {
    const attempt = (): unknown => parse(`${ROOT}\n${line}\n`);

    expect(attempt).toThrow(MountInfoError);
    expect(attempt).toThrow(withMessage(`Parsing '${line}' failed: ${text}`));
  });

  it('a mount point with a quote, naming the field', () => {
    expect(() => parse(mountAt('/a"b'))).toThrow(
      withMessage("Parsing '/a\"b' failed: unable to unquote mount point field: invalid syntax"),
    );
  });

  it('a root with a quote, and that before the mount point', () => {
    expect(() => parse('1 1 0:1 /r" /m" rw - tmpfs tmpfs rw')).toThrow(
      withMessage("Parsing '/r\"' failed: unable to unquote root field: invalid syntax"),
    );
  });

  it('a mount point with a bad escape, keeping its cause', () => {
    expect(() => parse(mountAt('/a\\q'))).toThrow(
      expect.objectContaining({
        message: "Parsing '/a\\q' failed: unable to unquote mount point field: invalid syntax",
        code: 'mount-info',
        cause: expect.any(GoSyntaxError),
      }),
    );
  });

  it('a mount point with a quote even where nobody wants the entry', () => {
    expect(() => parse(mountAt('/a"b'), () => false)).toThrow(MountInfoError);
  });

  it('a missing separator only where the entry is wanted', () => {
    expect(parse('1 2 0:3 / /x rw a b c d', () => false)).toStrictEqual([]);
  });
});

describe('a line of 64 KiB', () => {
  const lineOf = (bytes: number): string => {
    const [head, tail] = ['1 1 0:1 / /long rw - tmpfs ', ' rw'];
    return `${head}${'x'.repeat(bytes - head.length - tail.length)}${tail}`;
  };

  it('is still read when its newline makes it 64 KiB', () => {
    const table = `${lineOf(65_535)}\n${mountAt('/after')}`;

    expect(mountPoints(table)).toStrictEqual(['/long', '/after']);
  });

  it('ends the table silently when it is longer', () => {
    const table = `${mountAt('/before')}${lineOf(65_536)}\n${mountAt('/after')}`;

    expect(mountPoints(table)).toStrictEqual(['/before']);
  });
});

describe('isMountPointUnder', () => {
  it.each([
    ['/h/p', '/h/p', true, true],
    ['/h/p/merged', '/h/p', true, true],
    ['/h/p-init/merged', '/h/p', true, false],
    ['/h/p2', '/h/p', true, false],
    ['/h-old/x', '/h', true, false],
    ['/h', '/h/p', false, false],
    ['/x/h/p', '/h/p', false, false],
    ['/h/p/merged//deleted', '/h/p/merged', true, true],
    ['/anything', '/', true, true],
    ['/', '/', true, true],
    ['/h/p/x', '/h/p/', true, true],
  ])('says of %s and %s: by prefix %s, by components %s', (at, target, prefix, components) => {
    expect(isMountPointUnder(at, target, { wholeComponents: false })).toBe(prefix);
    expect(isMountPointUnder(at, target, { wholeComponents: true })).toBe(components);
  });
});

describe('mountPointsUnder', () => {
  const table = parse(
    ['/h/p/merged', '/', '/h/p', '/h/p2/merged', '/h/p/merged', '/h/p/merged/proc/x']
      .map(mountAt)
      .join(''),
  );

  it('gives the longest first, and each as often as it is mounted over', () => {
    expect(mountPointsUnder(table, '/h/p', { wholeComponents: true })).toStrictEqual([
      '/h/p/merged/proc/x',
      '/h/p/merged',
      '/h/p/merged',
      '/h/p',
    ]);
  });

  it('includes the neighbour in moby-2019', () => {
    expect(mountPointsUnder(table, '/h/p', { wholeComponents: false })).toContain('/h/p2/merged');
  });

  it('measures lengths in bytes', () => {
    const mounts = parse(mountAt('/abcd') + mountAt('/ééé'));

    expect(mountPointsUnder(mounts, '/', { wholeComponents: true })).toStrictEqual([
      '/ééé',
      '/abcd',
    ]);
  });
});
