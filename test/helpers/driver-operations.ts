/** The driver's changing calls, each with the layers it needs, for tests that make them fail. */
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { OverlayDriver } from '../../src/driver/driver.js';
import { archiveOf } from './archives.js';

/** One call of the driver and what has to be there before. */
export interface Operation {
  readonly name: string;
  prepare(driver: OverlayDriver, home: string): Promise<void>;
  run(driver: OverlayDriver): Promise<unknown>;
}

/** An archive with an entry of most kinds. */
export function mixedArchive(): AsyncGenerator<Uint8Array> {
  return archiveOf(
    { name: 'd/', type: 'directory', mode: 0o755 },
    { name: 'd/x', content: 'hello', uid: 3, gid: 4 },
    { name: 'h', type: 'link', linkname: 'd/x' },
    { name: 's', type: 'symlink', linkname: 'd/x' },
    { name: 'f', type: 'fifo' },
    { name: '.wh.old', content: '' },
  );
}

async function makeChild(driver: OverlayDriver, home: string): Promise<void> {
  await driver.status();
  await driver.create('base', '');
  writeFileSync(join(home, 'base/diff/old'), 'old');
  await driver.create('child', 'base');
  // What the kernel adds at the first writable mount is no part of what a call changes.
  await driver.get('child');
  await driver.put('child');
}

async function makeTop(driver: OverlayDriver, home: string): Promise<void> {
  await makeChild(driver, home);
  await driver.create('top', 'child');
  await driver.get('top');
  await driver.put('top');
}

async function makeFull(driver: OverlayDriver, home: string): Promise<void> {
  await makeChild(driver, home);
  await driver.applyDiff('child', 'base', mixedArchive());
}

async function makeMounted(driver: OverlayDriver, home: string): Promise<void> {
  await makeFull(driver, home);
  await driver.get('child');
}

/** Every call of the driver that changes something. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  createBase: {
    name: 'create of a base layer',
    prepare: async () => undefined,
    run: (driver) => driver.create('new', ''),
  },
  createChild: {
    name: 'create of a child',
    prepare: async (driver) => driver.create('base', ''),
    run: (driver) => driver.create('new', 'base'),
  },
  createReadWrite: {
    name: 'createReadWrite on a child',
    prepare: makeChild,
    run: (driver) => driver.createReadWrite('new', 'child'),
  },
  getWritable: {
    name: 'get of a writable layer',
    prepare: makeChild,
    run: (driver) => driver.get('child'),
  },
  getCommitted: {
    name: 'get of a committed layer',
    prepare: makeTop,
    run: (driver) => driver.get('child'),
  },
  put: { name: 'put', prepare: makeMounted, run: (driver) => driver.put('child') },
  remove: { name: 'remove', prepare: makeFull, run: (driver) => driver.remove('child') },
  removeMounted: {
    name: 'remove of a mounted layer',
    prepare: makeMounted,
    run: (driver) => driver.remove('child'),
  },
  applyNative: {
    name: 'applyDiff into diff',
    prepare: makeChild,
    run: (driver) => driver.applyDiff('child', 'base', mixedArchive()),
  },
  applyNaive: {
    name: 'applyDiff into a mount',
    prepare: makeTop,
    run: (driver) => driver.applyDiff('top', 'base', mixedArchive()),
  },
};
