/**
 * Establishes that the lock file pins every package for every platform. npm leaves out the binaries
 * of other platforms when the registry of the moment does not serve them, and `npm ci` then refuses
 * the file everywhere, so this looks up each optional dependency that a locked package names.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from './dependency-rules.js';

interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function findUnlocked({ packages }: LockFile): readonly string[] {
  const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  return Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => !locked.has(name));
}

describe('the lock file', () => {
  it('holds every optional dependency', () => {
    const lock = JSON.parse(readFileSync(`${ROOT}/package-lock.json`, 'utf8')) as LockFile;

    expect(findUnlocked(lock)).toEqual([]);
  });
});

describe('the lock file check', () => {
  it('reports the binary of a platform that is left out', () => {
    const optionalDependencies = { '@tool/linux': '1.0.0', '@tool/other': '1.0.0' };
    const packages = {
      'node_modules/tool': { version: '1.0.0', optionalDependencies },
      'node_modules/@tool/linux': { version: '1.0.0' },
    };

    expect(findUnlocked({ packages })).toEqual(['@tool/other']);
  });
});
