/** The steps of a scenario that are one method of the driver. */
import { Buffer } from 'node:buffer';
import { dirname, join } from 'node:path';
import { GraphDriverError } from '../../src/domain/errors.js';
import { maskTimes } from './scenario-archive.js';
import { expandStep } from './scenario-file-steps.js';
import { archiveText, StepFailure, type Stage } from './scenario-stage.js';
import { showBytes } from './scenario-text.js';
import type { ScenarioDriver, ScenarioOptions, Step } from './scenario-types.js';

/** Archives are given in pieces that end anywhere but at a block. */
const PIECE_BYTES = 1000;
const LETTERS = { modify: 'C', add: 'A', delete: 'D' } as const;

/** Plays a step that is a method; null when it tells nothing, undefined when it is no method. */
export async function playDriverStep(stage: Stage, raw: Step, number: number): Promise<unknown> {
  if (raw.do === 'newProcess') return newProcess(stage);
  if (raw.do === 'init') return init(stage, raw);
  const method = METHODS[raw.do];
  if (method === undefined) return undefined;
  const step = await expandStep(stage, raw);
  const driver = stage.drivers.get(step.driver ?? '');
  if (driver === undefined) throw new GraphDriverError('no-driver', 'no driver');
  return (
    (await method({ stage, driver, step, number, id: step.id ?? '', parent: step.parent ?? '' })) ??
    null
  );
}

interface Call {
  readonly stage: Stage;
  readonly driver: ScenarioDriver;
  readonly step: Step;
  readonly number: number;
  readonly id: string;
  readonly parent: string;
}

const METHODS: Readonly<Record<string, (call: Call) => Promise<unknown>>> = {
  string: async ({ driver }) => driver.string(),
  status: ({ driver }) => driver.status(),
  exists: ({ driver, id }) => driver.exists(id),
  metadata: ({ driver, id }) => driver.getMetadata(id),
  cleanup: ({ driver }) => driver.cleanup(),
  get: ({ driver, id, step }) => driver.get(id, step.label ?? ''),
  put: ({ driver, id }) => driver.put(id),
  remove: ({ driver, id }) => driver.remove(id),
  diffSize: async ({ driver, id, parent }) => String(await driver.diffSize(id, parent)),
  create,
  createReadWrite: create,
  chain,
  changes,
  applyDiff,
  diff,
};

async function newProcess(stage: Stage): Promise<null> {
  stage.drivers.clear();
  stage.options.clear();
  await stage.host.newProcess();
  return null;
}

async function init(stage: Stage, step: Step): Promise<unknown> {
  const home = step.home === undefined ? stage.home : join(dirname(stage.home), step.home);
  const driver = await stage.host.open({
    home,
    options: step.options ?? [],
    uidMaps: step.uidMaps ?? undefined,
    gidMaps: step.gidMaps ?? undefined,
  });
  stage.drivers.set(step.driver ?? '', driver);
  return driver.string();
}

async function create({ stage, driver, step, id, parent }: Call): Promise<unknown> {
  const options = chooseOptions(stage, step);
  const told = (): unknown =>
    step.keep === undefined
      ? undefined
      : { storageOptAfter: options?.storageOpt ? Object.fromEntries(options.storageOpt) : null };
  try {
    const method = step.do === 'create' ? driver.create : driver.createReadWrite;
    await method.call(driver, id, parent, options);
  } catch (error) {
    throw step.keep === undefined ? error : new StepFailure(error, told());
  }
  return told();
}

function chooseOptions(stage: Stage, step: Step): ScenarioOptions | undefined {
  const own: ScenarioOptions | undefined = step.storageOpt && {
    storageOpt: new Map(Object.entries(step.storageOpt)),
  };
  if (step.keep === undefined) return own;
  const kept = stage.options.get(step.keep) ?? own ?? {};
  stage.options.set(step.keep, kept);
  return kept;
}

async function chain({ driver, step, parent }: Call): Promise<unknown> {
  const { prefix = '', count = 0, width = 0 } = step;
  let below = parent;
  for (let index = 0; index < count; index++) {
    const id = prefix + String(index).padStart(width - prefix.length, '0');
    try {
      await driver.create(id, below);
    } catch (error) {
      throw new StepFailure(error, { created: index });
    }
    below = id;
  }
  return { created: count };
}

async function changes({ driver, id, parent }: Call): Promise<unknown> {
  const found = await driver.changes(id, parent);
  const lines = found.map(({ kind, path }) =>
    showBytes(Buffer.concat([Buffer.from(`${LETTERS[kind]} `), path])),
  );
  return lines.sort((a, b) => Buffer.from(a).compare(Buffer.from(b)));
}

async function applyDiff({ stage, driver, step, number, id, parent }: Call): Promise<unknown> {
  const given = stage.given.get(number);
  if (given === undefined && step.archive?.nil !== true) {
    throw new Error(`the fixture holds no archive for step ${number}`);
  }
  const source = given === undefined ? undefined : inPieces(given);
  const archive = given === undefined ? {} : { archive: archiveText(given) };
  try {
    const size = await driver.applyDiff(id, parent, source);
    return { size: String(size), ...archive };
  } catch (error) {
    throw new StepFailure(error, { size: '0', ...archive });
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

async function diff({ stage, driver, step, id, parent }: Call): Promise<unknown> {
  const pieces: Buffer[] = [];
  const told = (): unknown => {
    const archive = Buffer.concat(pieces);
    const masked = maskTimes(archive, stage.startSeconds, step.mask ?? []);
    return { archive: archiveText(archive), masked };
  };
  const stream = await driver.diff(id, parent);
  try {
    // A piece may be a view that the next one overwrites.
    for await (const piece of stream) pieces.push(Buffer.from(piece));
  } catch (error) {
    throw new StepFailure(error, told());
  }
  return told();
}
