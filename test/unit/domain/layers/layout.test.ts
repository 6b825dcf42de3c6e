/**
 * Establishes where a layer's files lie and what its symlink holds, against the paths written out.
 */
import { describe, expect, it } from 'vitest';
import {
  BACKING_FS_DEVICE,
  layerPaths,
  linkedDirectory,
  linkPath,
  linkTarget,
  TEMPORARY_PREFIXES,
} from '../../../../src/domain/layers/layout.js';

const HOME = '/var/lib/docker/overlay2';
const LID = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

describe('layerPaths', () => {
  it('names every file of a layer below the home', () => {
    expect(layerPaths(HOME, 'base')).toStrictEqual({
      dir: `${HOME}/base`,
      diff: `${HOME}/base/diff`,
      work: `${HOME}/base/work`,
      merged: `${HOME}/base/merged`,
      link: `${HOME}/base/link`,
      lower: `${HOME}/base/lower`,
      committed: `${HOME}/base/committed`,
      incomplete: `${HOME}/base/incomplete`,
    });
  });

  it('drops a slash at the end of the home', () => {
    expect(layerPaths('/h/', 'a').dir).toBe('/h/a');
  });

  it('takes the home itself for the layer with the empty id', () => {
    const paths = layerPaths('/h', '');

    expect(paths.dir).toBe('/h');
    expect(paths.diff).toBe('/h/diff');
  });

  it('leaves the home lexically where the id says so', () => {
    expect(layerPaths('/a/h', '../x').diff).toBe('/a/x/diff');
  });
});

describe('linkTarget', () => {
  it('leads from the link directory to the content of the layer', () => {
    expect(linkTarget('base')).toBe('../base/diff');
  });

  it.each([
    ['a/../b', '../b/diff'],
    ['', '../diff'],
    ['..', '../../diff'],
  ])('is cleaned for the id %j', (id, target) => {
    expect(linkTarget(id)).toBe(target);
  });
});

describe('linkPath', () => {
  it('lies in the link directory of the home', () => {
    expect(linkPath(HOME, LID)).toBe(`${HOME}/l/${LID}`);
  });

  it.each([
    ['../other', '/h/other'],
    ['.', '/h/l'],
    ['..', '/h'],
    ['', '/h/l'],
  ])('follows the link content %j wherever it leads', (content, path) => {
    expect(linkPath('/h', content)).toBe(path);
  });
});

describe('linkedDirectory', () => {
  it('resolves a symlink of the link directory', () => {
    expect(linkedDirectory(HOME, '../base/diff')).toBe(`${HOME}/base/diff`);
  });

  it('puts an absolute target below the link directory', () => {
    expect(linkedDirectory('/h', '/etc')).toBe('/h/l/etc');
  });
});

describe('the names that the driver keeps for itself', () => {
  it('are those of its probes, of a layer in the making or going, and of the quota device', () => {
    expect(TEMPORARY_PREFIXES).toStrictEqual(
      expect.arrayContaining([
        'opaque-bug-check',
        'multiple-lowerdir-check',
        'fsutils-dummy',
        '.create-',
        '.remove-',
      ]),
    );
    expect(BACKING_FS_DEVICE).toBe('backingFsBlockDev');
  });
});
