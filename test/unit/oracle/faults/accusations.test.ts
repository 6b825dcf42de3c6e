/**
 * Establishes that the seed is not accused of what follows from a state that it is known to leave:
 * each sequence is the shortest one that once was.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeTargets } from '../../../../src/cli/targets/fake-targets.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import type {
  ArchiveEntry,
  FaultPlan,
  Operation,
} from '../../../../src/oracle/commands/operation.js';
import { runOnce } from '../../../../src/oracle/judge/campaign.js';
import { LAWS } from '../../../../src/oracle/judge/laws/all-laws.js';
import type { SequenceTargets } from '../../../../src/oracle/targets/sequence-target.js';

let targets: SequenceTargets;

beforeAll(async () => {
  targets = await fakeTargets({ profile: MOBY_2019 });
});

afterAll(() => targets.dispose());

const killed = (at: number): { fault: FaultPlan } => ({ fault: { fault: 'crash', at } });
const failed = (at: number): { fault: FaultPlan } => ({
  fault: { fault: 'fail', at, errno: 'EIO' },
});
const unpowered = (at: number): { fault: FaultPlan } => ({
  fault: { fault: 'crash', at, power: { lost: 'all', newFiles: 'removed' } },
});

const create = (id: string, parent = ''): Operation => ({
  op: 'create',
  id,
  parent,
  readWrite: false,
});
const get = (id: string): Operation => ({ op: 'get', id });
const remove = (id: string): Operation => ({ op: 'remove', id });
const file = (name: string, mode = 0o644): ArchiveEntry => ({ name, type: 'file', mode });
const apply = (id: string, ...archive: ArchiveEntry[]): Operation => ({
  op: 'apply',
  id,
  parent: '',
  archive,
});
const diff = (id: string): Operation => ({ op: 'diff', id, parent: '' });

const SEQUENCES: Readonly<Record<string, readonly Operation[]>> = {
  'the home is gone, and no driver can be started on it': [
    create('..', 'b'),
    { ...remove('d'), ...killed(1) },
    create('..'),
  ],
  'an archive that would have failed of its own was broken off before': [
    { ...apply('b', { ...file('d'), type: 'symlink', target: 'e/f' }, file('.wh.')), ...failed(3) },
    { op: 'changes', id: 'b', parent: '' },
  ],
  'mounts went with the power, in an operation of which nobody knows what it does': [
    create('e'),
    create('a', 'e'),
    get('a'),
    { ...diff('a/b'), ...unpowered(1) },
    get('a'),
  ],
  'counts went with the process, in an operation of which nobody knows what it does': [
    create('e'),
    create('c', 'e'),
    get('c'),
    remove('c'),
    { ...get('.'), ...killed(1) },
    create('c', 'e'),
    get('c'),
  ],
  'two links lead to one layer, and nobody can tell which is whose': [
    create('a'),
    create('b', 'a'),
    { ...create('a'), ...killed(2) },
    remove('a'),
  ],
  'links of other layers stay what they were': [
    create('b'),
    create('a', 'b'),
    create('b'),
    { ...create('c'), ...killed(4) },
    remove('b'),
  ],
  'a file in place of a directory is still one after a removal that was broken off': [
    create('b'),
    create('a'),
    { op: 'tamper', id: 'a', part: 'diff', to: { text: 'x' } },
    { ...remove('a'), ...killed(2) },
    { ...create('a', 'b'), ...failed(7) },
  ],
  'a mountpoint still holds what was written to it': [
    create('b'),
    create('a', 'b'),
    get('a'),
    { op: 'umount', id: 'a' },
    create('a', 'a'),
    { op: 'file', id: 'a', change: { do: 'symlink', path: 'f', target: 'ghost' } },
    { ...remove('a'), ...killed(2) },
    { op: 'transfer', from: 'a', fromParent: '', to: 'b', toParent: '' },
  ],
  'what could not be found out of the kernel makes a naive diff, which says the same otherwise': [
    create('c'),
    apply('c', file('f'), { ...file('e'), type: 'link', target: 'f' }),
    create('d', 'c'),
    get('d'),
    { op: 'file', id: 'd', change: { do: 'rename', path: 'f', to: 'e' } },
    create('e', 'c'),
    { op: 'transfer', from: 'd', fromParent: 'c', to: 'e', toParent: 'c', ...failed(1) },
    get('e'),
    { op: 'walk', id: 'e' },
  ],
  'the kernel was not probed, in an operation of which nobody knows what it does': [
    { ...create('a'), ...killed(4) },
    { op: 'transfer', from: 'b', fromParent: '', to: 'a', toParent: '', ...failed(1) },
    diff('b'),
  ],
  'an id led out of the home': [
    { ...create(''), ...failed(1) },
    { op: 'exists', id: '' },
  ],
  'a layer that went with another one has no content': [
    create('a'),
    create('b'),
    { op: 'tamper', id: 'b', part: 'link', to: { text: '../a' } },
    { ...remove('b'), ...killed(15) },
  ],
  'a Get that fails of its own leaves its mountpoint where that cannot be removed': [
    create('b'),
    create('a', 'b'),
    { op: 'get', id: 'a', label: 'system_u:object_r:svirt_sandbox_file_t:s0', ...failed(4) },
  ],
  'the file that is lost lay in what is no directory any more': [
    create('ab'),
    {
      ...apply('ab', { ...file('f', 0o755), type: 'directory' }, file('d/../f/f'), {
        ...file('f'),
        type: 'fifo',
      }),
      ...unpowered(99),
    },
  ],
};

it.each(Object.entries(SEQUENCES))('%s', async (_name, operations) => {
  const sequence = { surroundings: { homePadding: 0 }, operations };

  const { divergence } = await runOnce({ targets, judgeProfile: 'moby-2019' }, sequence, {
    compareHome: 'always',
    laws: LAWS,
  });

  expect(divergence).toBeUndefined();
});
