/**
 * Shows that laws which ask a driver for more are kept by an honest one and broken by each lie that
 * is planted around it, and that a failure which changes a byte is accused.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../../src/cli/targets/fake-targets.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import { runOnce, THOROUGH } from '../../../../src/oracle/judge/campaign.js';
import type { Divergence } from '../../../../src/oracle/judge/divergence.js';
import type {
  SequenceTarget,
  SequenceTargets,
} from '../../../../src/oracle/targets/sequence-target.js';
import type { TargetDriver } from '../../../../src/oracle/targets/target.js';

/** A parent with files, and a child that keeps, changes, removes and adds some. */
const OPERATIONS: readonly Operation[] = [
  { op: 'create', id: 'a', parent: '', readWrite: false },
  {
    op: 'apply',
    id: 'a',
    parent: '',
    archive: [
      { name: 'd/', type: 'directory', mode: 0o755 },
      { name: 'd/e', type: 'file', mode: 0o644, content: 'old' },
      { name: 'f', type: 'file', mode: 0o644, content: 'gone soon' },
    ],
  },
  { op: 'create', id: 'b', parent: 'a', readWrite: true },
  { op: 'get', id: 'b' },
  { op: 'file', id: 'b', change: { do: 'write', path: 'd/e', content: 'new and longer' } },
  { op: 'file', id: 'b', change: { do: 'unlink', path: 'f' } },
  { op: 'file', id: 'b', change: { do: 'write', path: 'g', content: 'added' } },
  { op: 'put', id: 'b' },
];

let targets: SequenceTargets;

beforeAll(async () => {
  targets = await fakeTargets({ profile: STRICT });
});

afterAll(() => targets.dispose());

type Plant = (target: SequenceTarget) => Partial<TargetDriver>;

/** Targets whose drivers have some methods changed once the sequence is over, or from the start. */
function lying(plant: Plant): SequenceTargets {
  return {
    ...targets,
    async make(surroundings) {
      const honest = await targets.make(surroundings);
      const planted = plant(honest);
      const driver = new Proxy({} as TargetDriver, {
        get(_, name: keyof TargetDriver) {
          const method = honest.driver[name] as (...args: unknown[]) => unknown;
          return planted[name] ?? method.bind(honest.driver);
        },
      });
      const liar = new Proxy(honest, {
        get(_, name: keyof SequenceTarget) {
          if (name === 'driver') return driver;
          const value: unknown = honest[name];
          return typeof value === 'function' ? (value.bind(honest) as unknown) : value;
        },
      });
      made.set(liar, honest);
      return liar;
    },
    remove: (target) => targets.remove(made.get(target) ?? target),
  };
}

const made = new WeakMap<SequenceTarget, SequenceTarget>();

async function judge(
  plant: Plant,
  operations: readonly Operation[] = OPERATIONS,
): Promise<Divergence | undefined> {
  const sequence = { surroundings: { homePadding: 0 }, operations };
  const judging = { targets: lying(plant), judgeProfile: 'strict' } as const;
  return (await runOnce(judging, sequence, THOROUGH)).divergence;
}

describe('the laws of layers', () => {
  it('are kept by an honest driver', async () => {
    expect(await judge(() => ({}))).toBeUndefined();
  });

  it.each<readonly [what: string, law: string, plant: Plant]>([
    [
      'a change that is not told',
      'changes-are-differences',
      ({ driver }) => ({
        changes: async (id, parent) =>
          (await driver.changes(id, parent)).filter(({ kind }) => kind !== 'delete'),
      }),
    ],
    [
      'a native size that is a byte too much',
      'diff-size',
      ({ driver }) => ({
        diffSize: async (id, parent) =>
          (await driver.diffSize(id, parent)) + (parent === 'a' ? 1n : 0n),
      }),
    ],
    [
      'a naive size that is a byte too little',
      'diff-size',
      ({ driver }) => ({
        diffSize: async (id, parent) =>
          (await driver.diffSize(id, parent)) - (parent.startsWith('law-') ? 1n : 0n),
      }),
    ],
    [
      'a native diff that is of another layer',
      'diff-and-apply',
      ({ driver }) => ({
        diff: (id, parent) => (parent === 'a' ? driver.diff('a', '') : driver.diff(id, parent)),
      }),
    ],
    [
      'a naive diff that is empty',
      'diff-and-apply',
      ({ driver }) => ({
        diff: async (id, parent) =>
          parent.startsWith('law-') ? emptyArchive() : driver.diff(id, parent),
      }),
    ],
    [
      'an archive that is taken and not applied',
      'diff-and-apply',
      ({ driver }) => ({
        applyDiff: async (id, parent, archive) =>
          id.startsWith('law-') ? 0n : driver.applyDiff(id, parent, archive),
      }),
    ],
    [
      'an archive of its own that is refused',
      'diff-and-apply',
      ({ driver }) => ({
        applyDiff: (id, parent, archive) =>
          driver.applyDiff(id, parent, id.startsWith('law-') ? broken() : archive),
      }),
    ],
  ])('accuse %s', async (_what, law, plant) => {
    const divergence = await judge(plant);

    expect(divergence).toMatchObject({ kind: 'layer', rule: `law ${law}` });
  });

  it('ask nothing where somebody else has changed the home', async () => {
    const damaged: readonly Operation[] = [
      ...OPERATIONS,
      { op: 'tamper', id: 'b', part: 'committed', to: 'empty' },
    ];
    const plant: Plant = ({ driver }) => ({
      diffSize: async (id, parent) => (await driver.diffSize(id, parent)) + 1n,
    });

    expect(await judge(plant, damaged)).toBeUndefined();
  });
});

describe('failure-changes-nothing', () => {
  it.each<readonly [what: string, damage: (target: SequenceTarget) => Promise<void>]>([
    ['a mode', ({ files, home }) => files.chmod(`${home}/b/diff`, 0o700)],
    ['an owner', ({ files, home }) => files.lchown(`${home}/a`, 7, 7)],
  ])('accuses a failed create that has changed %s', async (_what, damage) => {
    const again: Operation = { op: 'create', id: 'b', parent: 'a', readWrite: true };
    const plant: Plant = (target) => ({
      async createReadWrite(id, parent, options) {
        try {
          await target.driver.createReadWrite(id, parent, options);
        } catch (error) {
          await damage(target);
          throw error;
        }
      },
    });

    const divergence = await judge(plant, [...OPERATIONS, again]);

    expect(divergence).toMatchObject({ kind: 'law', rule: 'law failure-changes-nothing' });
  });
});

async function* emptyArchive(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1024);
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(512).fill(0x41);
}
