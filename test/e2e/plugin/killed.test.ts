/**
 * Establishes that a plugin may be killed instead of any call by which Create, Get, Remove and
 * ApplyDiff change something: what is asked of the next one succeeds or says clearly why not, and
 * no half layer passes for a whole one. `DOCKER_LONG=1` tries every such call, else some of them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveOf } from '../../helpers/archives.js';
import { assertHomeIsSound } from '../../helpers/layer-invariants.js';
import { PluginProgram } from '../../helpers/plugin-program.js';

const isLong = process.env['DOCKER_LONG'] === '1';
const FILES = Array.from({ length: 8 }, (_, index) => ({ name: `f${index}`, content: `${index}` }));

let plugin: PluginProgram;

beforeEach(() => {
  plugin = new PluginProgram();
});

afterEach(() => plugin.remove());

type Answer = Readonly<Record<string, unknown>>;

interface Deed {
  readonly name: string;
  /** Makes the layer `x` ready for it, upon `base`. */
  prepare(): Promise<unknown>;
  run(): Promise<Answer>;
  /** What may be seen of it before it is repeated. */
  look(): Promise<void>;
}

const create = (): Promise<Answer> => plugin.ask('CreateReadWrite', { ID: 'x', Parent: 'base' });
const apply = (): Promise<Answer> => plugin.apply('x', 'base', archiveOf(...FILES));

async function expectWholeOrNone(): Promise<void> {
  const { Exists } = await plugin.ask('Exists', { ID: 'x' });
  const { Dir, Err } = await plugin.ask('Get', { ID: 'x' });
  if (Exists === true) {
    expect(Err).toBeUndefined();
    expect(readFileSync(join(String(Dir), 'a'), 'utf8')).toBe('one');
    await plugin.succeed('Put', { ID: 'x' });
  } else {
    expect(String(Err)).toMatch(/no such file or directory$/);
  }
}

const DEEDS: readonly Deed[] = [
  { name: 'Create', prepare: async () => undefined, run: create, look: expectWholeOrNone },
  {
    name: 'Get',
    prepare: create,
    run: () => plugin.ask('Get', { ID: 'x' }),
    look: async () => undefined,
  },
  {
    name: 'Remove',
    prepare: create,
    run: () => plugin.ask('Remove', { ID: 'x' }),
    look: expectWholeOrNone,
  },
  {
    name: 'ApplyDiff',
    prepare: create,
    run: apply,
    async look() {
      const { Err } = await plugin.ask('Get', { ID: 'x' });
      const files = readdirSync(join(plugin.home, 'x', 'diff'));
      if (Err === undefined) {
        expect([0, FILES.length]).toContain(files.length);
        await plugin.succeed('Put', { ID: 'x' });
      } else {
        expect(Err).toBe('layer "x" is incomplete: apply it again or remove it');
      }
    },
  },
];

async function startAnew(): Promise<void> {
  await plugin.startMortal();
  await plugin.init();
  await plugin.succeed('Create', { ID: 'base' });
  await plugin.apply('base', '', archiveOf({ name: 'a', content: 'one' }));
}

describe('a plugin that is killed', () => {
  it.each(DEEDS)('amid $name leaves nothing half to the next one', async (deed) => {
    await startAnew();
    for (let at = 1; ; at += isLong ? 1 : at) {
      await deed.prepare();
      await plugin.killAt(at);
      const answer = await deed.run().catch(() => undefined);
      const told = `killed at call ${at}`;

      if (answer !== undefined) {
        expect(at).toBeGreaterThan(1);
        break;
      }
      expect(await plugin.ended(), told).toBe('SIGKILL');
      await plugin.startMortal();
      await deed.look();
      const again = await deed.run();
      // The daemon repeats a call whose connection broke.
      if (again['Err'] !== undefined) expect(again['Err'], told).toMatch(/already exists|exists/);
      if (deed.name === 'Get') await plugin.succeed('Put', { ID: 'x' });
      expect(plugin.mounts()).toEqual([]);
      if (deed.name === 'ApplyDiff') {
        expect(readdirSync(join(plugin.home, 'x', 'diff'))).toHaveLength(FILES.length);
      }
      await plugin.succeed('Remove', { ID: 'x' });
      expect(existsSync(join(plugin.home, 'x'))).toBe(false);
      assertHomeIsSound(plugin.home);
    }
  });
});
