/** Shows each law kept and broken, by moments made by hand. */
import { describe, expect, it } from 'vitest';
import type { Answer, HomeView, LayerView } from '../../../../src/oracle/commands/answer.js';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import { LAWS } from '../../../../src/oracle/judge/laws/all-laws.js';
import type { Law, Moment } from '../../../../src/oracle/judge/laws/law.js';
import type { MountCall } from '../../../../src/ports/mounter.js';

function lawOf(name: string): Law {
  const law = LAWS.find((one) => one.name === name);
  if (law === undefined) throw new Error(`no law ${name}`);
  return law;
}

const LINKS_AND_LAYERS = lawOf('links-and-layers');
const LOWER_CHAIN = lawOf('lower-chain');
const MOUNTS_AND_USERS = lawOf('mounts-and-users');
const GET_AND_PUT = lawOf('get-and-put');
const FAILURE_CHANGES_NOTHING = lawOf('failure-changes-nothing');
const COMMITTED_IS_READ_ONLY = lawOf('committed-is-read-only');
const MOUNTED_ONCE = lawOf('mounted-once');
const PAGE = lawOf('page');

const OK: Answer = { ok: true, value: { kind: 'nothing' } };
const FAILED: Answer = { ok: false, code: 'syscall', errno: 'ENOENT', message: '' };
const BASE: LayerView = { id: 'a', names: ['diff', 'link'], link: { of: 'a' }, mounted: false };
const CHILD: LayerView = {
  id: 'b',
  names: ['diff', 'link', 'lower', 'work'],
  link: { of: 'b' },
  lower: [{ of: 'a' }],
  mounted: false,
};
const MOUNTED: LayerView = { ...CHILD, names: [...CHILD.names, 'merged'], mounted: true };
const GET: Operation = { op: 'get', id: 'b' };
const PUT: Operation = { op: 'put', id: 'b' };
const CREATE: Operation = { op: 'create', id: 'b', parent: 'a', readWrite: false };

function home(...layers: readonly LayerView[]): HomeView {
  return { layers, links: layers.map(({ id }) => `../${id}/diff`), strays: [] };
}

function moment(changes: Partial<Moment>): Moment {
  return {
    operation: CREATE,
    answer: OK,
    before: home(BASE),
    after: home(BASE, CHILD),
    mounts: [],
    isDisturbed: false,
    world: {
      home: '/h',
      backingFs: 'extfs',
      pageSize: 4096,
      pageLimited: true,
      indexOff: true,
      nativeDiff: true,
      quota: false,
      labels: false,
      sharedWhiteouts: true,
      umask: 0o022,
    },
    ...changes,
  };
}

function mountOf(data: string, upper?: string): MountCall {
  const layers = { lowers: ['/h/l/x'], label: '', indexOff: false };
  const call = { target: '/h/b/merged', flags: 0, data };
  return { ...call, layers: upper === undefined ? layers : { ...layers, upper, work: '/h/w' } };
}

describe('links-and-layers', () => {
  const watch = LINKS_AND_LAYERS.watch();

  it('is kept by layers with one symlink each', () => {
    expect(watch(moment({}))).toBeUndefined();
  });

  it('is broken by a symlink too many, and by a link of another', () => {
    const leaked = { ...home(BASE), links: ['../a/diff', '../b/diff'] };
    const stolen = home(BASE, { ...CHILD, link: { of: 'a' } });

    expect(watch(moment({ after: leaked }))?.subject).toBe('l');
    expect(watch(moment({ after: stolen }))?.subject).toBe('b/link');
  });

  it('says nothing where somebody else was there', () => {
    const after = { ...home(BASE), links: [] };

    expect(watch(moment({ after, isDisturbed: true }))).toBeUndefined();
  });
});

describe('lower-chain', () => {
  const watch = LOWER_CHAIN.watch();

  it('is kept by a child of a base, and by a grandchild', () => {
    const grandchild = { ...CHILD, id: 'c', link: { of: 'c' }, lower: [{ of: 'b' }, { of: 'a' }] };
    const operation: Operation = { op: 'create', id: 'c', parent: 'b', readWrite: true };
    const after = home(BASE, CHILD, grandchild);

    expect(watch(moment({}))).toBeUndefined();
    expect(watch(moment({ operation, before: home(BASE, CHILD), after }))).toBeUndefined();
  });

  it('is broken by a chain that is cut', () => {
    const grandchild = { ...CHILD, id: 'c', link: { of: 'c' }, lower: [{ of: 'b' }] };
    const operation: Operation = { op: 'create', id: 'c', parent: 'b', readWrite: true };
    const after = home(BASE, CHILD, grandchild);
    const broken = watch(moment({ operation, before: home(BASE, CHILD), after }));

    expect(broken).toMatchObject({ subject: 'c/lower', actual: 'the link of b' });
  });
});

describe('mounts-and-users', () => {
  it('is kept while a Get was not put back, and broken by a mount that is lost', () => {
    const watch = MOUNTS_AND_USERS.watch();
    const before = home(BASE, CHILD);
    const after = home(BASE, MOUNTED);

    expect(watch(moment({ operation: GET, before, after }))).toBeUndefined();
    expect(watch(moment({ operation: GET, before: after, after }))).toBeUndefined();
    expect(watch(moment({ operation: PUT, before: after, after }))).toBeUndefined();
    expect(watch(moment({ operation: PUT, before: after, after: before }))).toBeUndefined();
    expect(watch(moment({ operation: GET, before, after: before }))?.subject).toBe('b/merged');
  });

  it('takes a Put for one that could not take away what somebody wrote into merged', () => {
    const watch = MOUNTS_AND_USERS.watch();
    const [before, after] = [home(BASE, MOUNTED), home(BASE, CHILD)];
    const answer: Answer = { ok: false, code: 'syscall', errno: 'ENOTEMPTY', message: '' };
    watch(moment({ operation: GET, before: after, after: before }));

    expect(watch(moment({ operation: PUT, answer, before, after }))).toBeUndefined();
  });

  it('is broken by a mount that nobody uses', () => {
    const watch = MOUNTS_AND_USERS.watch();

    expect(watch(moment({ operation: PUT, after: home(BASE, MOUNTED) }))).toBeDefined();
  });
});

describe('get-and-put', () => {
  it('is kept where both leave the home as it was, and broken by what stays', () => {
    const [before, during] = [home(BASE, CHILD), home(BASE, MOUNTED)];
    const left = home(BASE, { ...CHILD, names: [...CHILD.names, 'merged'] });
    const watch = GET_AND_PUT.watch();

    expect(watch(moment({ operation: GET, before, after: during }))).toBeUndefined();
    expect(watch(moment({ operation: PUT, before: during, after: before }))).toBeUndefined();
    expect(watch(moment({ operation: GET, before, after: during }))).toBeUndefined();
    expect(watch(moment({ operation: PUT, before: during, after: left }))?.subject).toBe(
      'b/merged',
    );
  });
});

describe('failure-changes-nothing', () => {
  const watch = FAILURE_CHANGES_NOTHING.watch();

  it('is broken by a failed create that leaves the parent committed', () => {
    const after = home({ ...BASE, names: ['committed', 'diff', 'link'] });

    expect(watch(moment({ answer: FAILED, after }))?.subject).toBe('a/committed');
    expect(watch(moment({ answer: FAILED, after: home(BASE) }))).toBeUndefined();
  });

  it('lets a failed ApplyDiff mark its layer', () => {
    const operation: Operation = { op: 'apply', id: 'a', parent: '', archive: [] };
    const after = home({ ...BASE, names: ['diff', 'incomplete', 'link'] });

    expect(watch(moment({ operation, answer: FAILED, after }))).toBeUndefined();
  });

  it('asks nothing of what somebody else does', () => {
    const operation: Operation = { op: 'umount', id: 'b' };

    expect(watch(moment({ operation, answer: FAILED }))).toBeUndefined();
  });
});

describe('committed-is-read-only', () => {
  const watch = COMMITTED_IS_READ_ONLY.watch();

  it('is broken by an upper directory of a layer that was a parent', () => {
    const committed = { ...CHILD, names: ['committed', ...CHILD.names] };
    const mounts = [mountOf('', '/h/b/diff')];
    const broken = moment({ operation: GET, before: home(BASE, committed), mounts });

    expect(watch(broken)?.subject).toBe('b');
    expect(watch(moment({ before: home(BASE, CHILD), mounts }))).toBeUndefined();
    expect(watch({ ...broken, mounts: [mountOf('')] })).toBeUndefined();
  });
});

describe('mounted-once', () => {
  const watch = MOUNTED_ONCE.watch();
  const again = { operation: GET, before: home(BASE, MOUNTED), mounts: [mountOf('')] };

  it('is broken by a mount on a layer that is mounted, whatever its target is relative to', () => {
    const relative = { ...mountOf(''), target: 'b/merged', cwd: '/h' };

    expect(watch(moment(again))?.subject).toBe('b/merged');
    expect(watch(moment({ ...again, mounts: [relative] }))?.subject).toBe('b/merged');
  });

  it('is kept by a mount on one that is not, and where somebody else unmounted', () => {
    expect(watch(moment({ ...again, before: home(BASE, CHILD) }))).toBeUndefined();
    expect(watch(moment({ ...again, isDisturbed: true }))).toBeUndefined();
  });
});

describe('page', () => {
  const watch = PAGE.watch();

  it.each([
    [4095, false],
    [4096, true],
    [4097, true],
  ])('data of %i bytes breaks it: %s', (length, isBroken) => {
    const mounts = [mountOf('x'.repeat(length))];

    expect(watch(moment({ mounts })) !== undefined).toBe(isBroken);
  });

  it('counts bytes, and knows no page where the mounter has none', () => {
    const mounts = [mountOf('ä'.repeat(2048))];
    const { world } = moment({});

    expect(watch(moment({ mounts }))).toBeDefined();
    expect(watch(moment({ mounts, world: { ...world, pageLimited: false } }))).toBeUndefined();
  });
});

describe('LAWS', () => {
  it('have names of their own, and say what they hold for', () => {
    expect(new Set(LAWS.map(({ name }) => name)).size).toBe(LAWS.length);
    expect(LAWS.every(({ says, holdsFor, profiles }) => says && holdsFor && profiles.length)).toBe(
      true,
    );
  });
});
