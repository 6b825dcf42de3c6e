/**
 * Establishes what the model allows in the profile `containers-storage`, rule by rule of
 * docs/profiles.md, by answers that the program gave when it was asked by hand.
 */
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import {
  apply,
  at,
  change,
  create,
  entry,
  expectRefused,
  expectTaken,
  fail,
  flag,
  give,
  list,
  ModelSession,
  size,
} from '../../../helpers/model-session.js';

const get = (id: string): Operation => ({ op: 'get', id });
const put = (id: string): Operation => ({ op: 'put', id });
const remove = (id: string): Operation => ({ op: 'remove', id });
const changes = (id: string, parent = ''): Operation => ({ op: 'changes', id, parent });
const diff = (id: string): Operation => ({ op: 'diff', id, parent: '' });

/** A store with base `abc` and its child `b`. */
function pair(): ModelSession {
  const session = new ModelSession('containers-storage', { indexOff: false });
  expectTaken(session, create('abc'));
  expectTaken(session, create('b', 'abc'));
  return session;
}

const archived = (name: string, content: string) =>
  give({
    kind: 'archive',
    entries: [
      { name, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: [1_569_290_278, 0], content },
    ],
  });

describe('a layer of a store', () => {
  it('has what mounting it takes, and no mark of its children (C-01, C-02)', () => {
    const session = pair();

    expect(session.layer('abc')?.names).toEqual(['diff', 'empty', 'link', 'merged', 'work']);
    expect(session.layer('b')?.names).toEqual(['diff', 'link', 'lower', 'merged', 'work']);
    expect(session.model.view().strays).toEqual(['.has-mount-program']);
  });

  it('is mounted where it is a base, too, and may be written to once it has a child (C-02)', () => {
    const session = pair();
    expectTaken(session, get('abc'), at('abc/merged'));
    expectTaken(session, change('abc', { do: 'write', path: 'f', content: 'x' }));

    expect(session.layer('abc')?.mounted).toBe(true);
  });

  it('takes the mode of its root from its parent (C-03)', () => {
    const session = pair();
    expectTaken(session, get('b'), at('b/merged'));
    const root = { path: '', type: 'directory', uid: 0, gid: 0, mtime: [0, 0] } as const;
    const look = { op: 'walk', id: 'b' } as const;
    expectRefused(session, look, give({ kind: 'tree', entries: [{ ...root, mode: 0o755 }] }));
    expectTaken(session, look, give({ kind: 'tree', entries: [{ ...root, mode: 0o555 }] }));
  });

  it('is not made twice (C-04), and not without its parent', () => {
    const session = pair();
    expectRefused(session, create('b', 'abc'));
    expectTaken(session, create('b', 'abc'), fail('id-in-use'));
    expectTaken(session, create('c', 'ghost'), fail('unknown-layer'));
  });

  it('loses its mount point when it is put, mounted or not (C-10)', () => {
    const session = pair();
    expectTaken(session, put('b'));

    expect(session.layer('b')?.names).toEqual(['diff', 'link', 'lower', 'work']);
  });
});

it('knows whose child a layer is, also when it had to look at the home (C-06)', () => {
  const session = pair();
  const { model } = session;
  model.resync(model.view());

  expectTaken(session, remove('abc'), fail('has-children'));
});

describe('the beginning of an id (C-05)', () => {
  it('is as good as the id where one layer alone begins so', () => {
    const session = pair();
    expectTaken(session, { op: 'exists', id: 'ab' }, flag(true));
    expectTaken(session, create('abd'));
    expectTaken(session, { op: 'exists', id: 'ab' }, flag(false));
  });

  it('mounts nothing, counts what is mounted, and forgets it without unmounting', () => {
    const session = pair();
    expectTaken(session, get('ab'), fail('syscall', 'ENOENT'));
    expectTaken(session, get('abc'), at('abc/merged'));
    expectTaken(session, get('ab'), at('abc/merged'));
    expectTaken(session, put('ab'));
    expectTaken(session, put('ab'));
    expect(session.layer('abc')?.mounted).toBe(true);

    expectTaken(session, get('abc'), at('abc/merged'));
    expectTaken(session, put('abc'));
    expect(session.layer('abc')?.mounted).toBe(false);
  });

  it('deletes a layer that has children, whose mounts fail from then on (C-06)', () => {
    const session = pair();
    expectTaken(session, remove('abc'), fail('has-children'));
    expectTaken(session, remove('ab'));
    expect(session.layer('abc')).toBeUndefined();
    expectTaken(session, get('b'), fail('syscall', 'ENOENT'));
    expectTaken(session, changes('b'), fail('syscall', 'ENOENT'));
  });
});

it('unmounts every layer whose id begins as that of a removed one (Q-22)', () => {
  const session = pair();
  expectTaken(session, create('bc'));
  expectTaken(session, get('bc'), at('bc/merged'));
  expectTaken(session, remove('b'));

  expect(session.layer('bc')?.mounted).toBe(false);
});

it('goes on counting what somebody else has unmounted (C-10)', () => {
  const session = pair();
  expectTaken(session, get('b'), at('b/merged'));
  expectTaken(session, { op: 'umount', id: 'b' });
  expectTaken(session, get('b'), at('b/merged'));
  expectTaken(session, put('b'));
  expect(session.layer('b')?.mounted).toBe(true);

  expectTaken(session, put('b'));
  expect(session.layer('b')?.mounted).toBe(false);
});

it('mounts 128 lowers and no more, and says so when it mounts (C-09)', () => {
  const session = new ModelSession('containers-storage');
  for (let i = 0; i <= 129; i++) {
    expectTaken(session, create(`n${i}.`, i === 0 ? '' : `n${i - 1}.`));
  }
  expectTaken(session, get('n128.'), at('n128./merged'));
  expectTaken(session, get('n129.'), fail('max-depth'));
});

describe('what is compared', () => {
  it('is the parent where the other is unknown, and fails where there is none (C-07)', () => {
    const session = pair();
    expectTaken(session, apply('b', '', entry('f', 'x')));
    expectTaken(session, changes('b', 'ghost'), list('A /f'));
    expectTaken(session, changes('abc', 'ghost'), fail('syscall', 'ENOENT'));
    expectTaken(session, { op: 'diffSize', id: 'b', parent: 'ghost' }, size(1));
  });

  it('leaves a layer without its mount point where it was mounted for that (C-10)', () => {
    const session = pair();
    expectTaken(session, create('c'));
    expectTaken(session, changes('b', 'c'), list());

    for (const id of ['b', 'c']) expect(session.layer(id)?.names).not.toContain('merged');
  });

  it('cannot be told where a directory took the place of a file (C-14)', () => {
    const session = pair();
    expectTaken(session, apply('abc', '', entry('d', 'x')));
    expectTaken(session, apply('b', 'abc', entry('d/'), entry('d/x', 'y')));
    expectRefused(session, changes('b'), list('C /d', 'A /d/x'));
    expectTaken(session, changes('b'), fail('syscall', 'ENOTDIR'));
    expectTaken(session, { op: 'diffSize', id: 'b', parent: '' }, size(1));
  });

  it('tells a directory as it was only where something in it came or went (C-14)', () => {
    const session = pair();
    const old = { name: 'd/', type: 'directory', mode: 0o755, mtime: [1, 0] } as const;
    expectTaken(session, apply('abc', '', old, entry('d/f', 'x')));
    expectTaken(session, apply('b', '', old, entry('d/f', 'y')));
    expectTaken(session, changes('b'), list('C /d/f'));
    expectTaken(session, apply('b', '', old, entry('d/g', 'y')));
    expectTaken(session, changes('b'), list('C /d/f', 'C /d', 'A /d/g'));
  });
});

describe('an archive', () => {
  it('is given back as it came, while its files hold what they held (C-13)', () => {
    const session = pair();
    expectTaken(session, apply('abc', '', entry('f', 'x')));
    expectTaken(session, diff('abc'), archived('f', 'x'));
    expectTaken(session, get('abc'), at('abc/merged'));
    expectTaken(session, change('abc', { do: 'append', path: 'f', content: 'y' }));
    expectRefused(session, diff('abc'), archived('f', 'xy'));
    expectTaken(session, diff('abc'), fail('integrity'));
  });

  it('is refused where it names a path twice (C-15)', () => {
    const session = pair();
    expectRefused(session, apply('abc', '', entry('f', 'x'), entry('./f', 'y')));
    expectTaken(session, apply('abc', '', entry('f', 'x'), entry('./f', 'y')), fail('archive'));
  });

  it('stops at attributes that a file cannot carry (C-17)', () => {
    const session = pair();
    const fifo = { name: 'p', type: 'fifo', mode: 0o644, xattrs: { 'user.a': 'x' } } as const;
    expectRefused(session, apply('b', '', fifo));
    expectTaken(session, apply('b', '', fifo, entry('f')), fail('archive', 'EPERM'));
    expectTaken(session, changes('b'), list('A /p'));
  });

  it('may delete below what is no directory (C-08)', () => {
    const session = pair();
    expectTaken(session, apply('b', '', entry('f', 'x'), entry('f/.wh.x')));
    expectTaken(session, changes('b'), list('A /f'));
  });
});
