import { changeKindNumber } from '../domain/diffs/change.js';
import type { OverlayDriver } from '../driver/driver.js';
import { createOptionsOf, type LayerRequest } from './parse-request.js';
import type { UseJournal } from './use-journal.js';

/**
 * What a method works with.
 *
 * @internal
 */
export interface Work {
  readonly driver: OverlayDriver;
  /** Remembers who uses what, should this process end. */
  readonly journal: UseJournal;
}

/** Does what a request asks for, and gives the answer as JSON. */
type LayerMethod = (work: Work, request: LayerRequest) => Promise<string>;

const DONE = '{}';

/**
 * The methods that take and give one JSON object and need a driver, by the name after
 * `GraphDriver.`.
 *
 * @source moby daemon/graphdriver/proxy.go
 * @internal
 */
export const LAYER_METHODS: ReadonlyMap<string, LayerMethod> = new Map<string, LayerMethod>([
  [
    'Create',
    ({ driver }, { id, parent, ...rest }) =>
      done(driver.create(id, parent, createOptionsOf({ id, parent, ...rest }))),
  ],
  [
    'CreateReadWrite',
    ({ driver }, { id, parent, ...rest }) =>
      done(driver.createReadWrite(id, parent, createOptionsOf({ id, parent, ...rest }))),
  ],
  ['Remove', remove],
  ['Get', get],
  ['Put', put],
  ['Exists', async ({ driver }, { id }) => JSON.stringify({ Exists: await driver.exists(id) })],
  ['Status', async ({ driver }) => JSON.stringify({ Status: await driver.status() })],
  [
    'GetMetadata',
    async ({ driver }, { id }) => JSON.stringify({ Metadata: await driver.getMetadata(id) }),
  ],
  ['Cleanup', cleanup],
  ['Changes', changes],
  // A size is 64 bits, which JSON holds and JavaScript's numbers do not.
  ['DiffSize', async ({ driver }, { id, parent }) => sizeAnswer(await driver.diffSize(id, parent))],
]);

/**
 * Gives the answer that holds a size in bytes.
 *
 * @internal
 */
export function sizeAnswer(bytes: bigint): string {
  return `{"Size":${bytes}}`;
}

async function done(work: Promise<void>): Promise<string> {
  await work;
  return DONE;
}

async function get({ driver, journal }: Work, { id, mountLabel }: LayerRequest): Promise<string> {
  const path = await driver.get(id, mountLabel);
  journal.noteGet(id);
  return JSON.stringify({ Dir: path });
}

async function put({ driver, journal }: Work, { id }: LayerRequest): Promise<string> {
  await driver.put(id);
  journal.notePut(id);
  return DONE;
}

async function remove({ driver, journal }: Work, { id }: LayerRequest): Promise<string> {
  await driver.remove(id);
  journal.noteRemove(id);
  return DONE;
}

async function cleanup({ driver, journal }: Work): Promise<string> {
  await driver.cleanup();
  journal.clear();
  return DONE;
}

async function changes({ driver }: Work, { id, parent }: LayerRequest): Promise<string> {
  const decoder = new TextDecoder();
  const found = await driver.changes(id, parent);
  return JSON.stringify({
    Changes: found.map(({ path, kind }) => ({
      Path: decoder.decode(path),
      Kind: changeKindNumber(kind),
    })),
  });
}
