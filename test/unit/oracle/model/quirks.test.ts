/** Establishes, quirk by quirk, what the model allows in the one profile and in the other. */
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import {
  apply,
  at,
  change,
  create,
  entry,
  fail,
  flag,
  give,
  expectTaken,
  expectRefused,
  ModelSession,
  size,
  WORLD,
} from '../../../helpers/model-session.js';

const get = (id: string): Operation => ({ op: 'get', id });
const put = (id: string): Operation => ({ op: 'put', id });
const remove = (id: string): Operation => ({ op: 'remove', id });

/** A session with base `a` and its child `b`. */
function pair(profile: 'moby-2019' | 'strict'): ModelSession {
  const session = new ModelSession(profile);
  expectTaken(session, create('a'));
  expectTaken(session, create('b', 'a'));
  return session;
}

describe('the seed', () => {
  it('has the empty id exist (Q-04)', () => {
    expectTaken(new ModelSession('moby-2019'), { op: 'exists', id: '' }, flag(true));
    expectTaken(new ModelSession('strict'), { op: 'exists', id: '' }, flag(false));
  });

  it('creates what exists, and leaks a symlink; strict refuses (Q-07)', () => {
    const seed = pair('moby-2019');
    expectTaken(seed, create('a'));
    expect(seed.model.view().links).toEqual(['../a/diff', '../a/diff', '../b/diff']);

    const strict = pair('strict');
    expectRefused(strict, create('a'));
    expectTaken(strict, create('a'), fail('syscall', 'EEXIST'));
    expect(strict.model.view()).toEqual(pair('strict').model.view());
  });

  it('deletes an existing layer when creating it again fails (Q-08)', () => {
    const session = pair('moby-2019');
    expectTaken(session, create('a', 'ghost'), fail('syscall', 'ENOENT'));

    expect(session.layer('a')).toBeUndefined();
  });

  it.each([
    ['moby-2019', true],
    ['strict', false],
  ] as const)('marks the parent of a failed child in %s: %s (Q-09)', (profile, isMarked) => {
    const session = new ModelSession(profile);
    let parent = '';
    for (let depth = 0; depth < 129; depth++) {
      expectTaken(session, create(`l${depth}`, parent));
      parent = `l${depth}`;
    }
    expectTaken(session, create('deep', parent), fail('max-depth'));

    expect(session.layer(parent)?.names.includes('committed')).toBe(isMarked);
  });

  it('panics for a size without quota, and leaves a directory; strict refuses (Q-11)', () => {
    const operation: Operation = { ...sized('SIZE', '1G') };
    const seed = new ModelSession('moby-2019');
    expectTaken(seed, operation, fail('panic'));
    expect(seed.layer('x')?.names).toEqual([]);

    expectTaken(new ModelSession('strict'), operation, fail('option'));
  });

  it('visits spellings in random order: any size may be the last (Q-12)', () => {
    const both: Operation = {
      ...sized('SIZE', '1G'),
      storage: [
        ['SIZE', '1G'],
        ['Size', '0'],
      ],
    };
    const [seed, again] = [new ModelSession('moby-2019'), new ModelSession('moby-2019')];

    expectTaken(seed, both, fail('panic'));
    expectTaken(again, both);
  });

  it('takes an empty link for the link directory; strict does not (Q-14)', () => {
    const damage: Operation = { op: 'tamper', id: 'a', part: 'link', to: 'empty' };
    const seed = new ModelSession('moby-2019');
    expectTaken(seed, create('a'));
    expectTaken(seed, damage);
    expectTaken(seed, create('b', 'a'));
    expect(seed.layer('b')?.lower).toEqual([{ text: 'l' }]);
    expectTaken(seed, get('b'), at('b/merged'));

    const strict = new ModelSession('strict');
    expectTaken(strict, create('a'));
    expectTaken(strict, damage);
    expectTaken(strict, create('b', 'a'), fail('invalid-link'));
  });

  it('takes no directory twice (Q-14)', () => {
    const session = new ModelSession('moby-2019');
    expectTaken(session, create('a'));
    expectTaken(session, { op: 'tamper', id: 'a', part: 'link', to: 'empty' });
    expectTaken(session, create('b', 'a'));
    expectTaken(session, { op: 'tamper', id: 'b', part: 'link', to: 'empty' });
    expectTaken(session, create('c', 'b'));
    expectTaken(session, get('c'), fail('syscall', 'ELOOP'));

    expect(session.layer('c')?.lower).toEqual([{ text: 'l' }, { text: 'l' }]);
  });

  it('lets a layer be its own parent, and mounts no such layer', () => {
    const seed = new ModelSession('moby-2019');
    expectTaken(seed, create('x', 'x'));
    expectTaken(seed, get('x'), fail('syscall', 'ELOOP'));
    expect(seed.layer('x')?.lower).toEqual([{ of: 'x' }]);

    expectTaken(new ModelSession('strict'), create('x', 'x'), fail('syscall', 'ENOENT'));
  });

  it('gives the diff of a committed base; strict mounts it (Q-15)', () => {
    expectTaken(pair('moby-2019'), get('a'), at('a/diff'));
    const strict = pair('strict');
    expectTaken(strict, get('a'), at('a/merged'));
    expect(strict.layer('a')?.mounted).toBe(true);
    expectTaken(
      strict,
      change('a', { do: 'mkdir', path: 'd', mode: 0o755 }),
      fail('syscall', 'EROFS'),
    );
  });

  it('mounts the home for an empty lower; strict refuses (Q-18)', () => {
    const damage: Operation = { op: 'tamper', id: 'b', part: 'lower', to: 'empty' };
    const seed = pair('moby-2019');
    expectTaken(seed, damage);
    expectTaken(seed, get('b'), at('b/merged'));

    const strict = pair('strict');
    expectTaken(strict, damage);
    expectTaken(strict, get('b'), fail('invalid-lower'));
  });

  it('counts what was removed on, and mounts nothing (Q-20)', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      expectTaken(session, get('b'), at('b/merged'));
      expectTaken(session, remove('b'));
      expectTaken(session, create('b', 'a'));
      expectTaken(session, get('b'), at('b/merged'));
      expect(session.layer('b')?.mounted).toBe(profile === 'strict');
    }
  });

  it.each([
    ['moby-2019', 'counted'],
    ['strict', 'not mounted'],
  ] as const)('puts what was removed while in use twice in %s: %s (Q-20)', (profile, outcome) => {
    const session = pair(profile);
    expectTaken(session, get('b'), at('b/merged'));
    expectTaken(session, get('b'), at('b/merged'));
    expectTaken(session, remove('b'));
    expectTaken(session, create('b', 'a'));

    expect(session.model.allowed(put('b'))[0]?.outcome).toBe(outcome);
  });

  it('removes whatever a link names (Q-21)', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      expectTaken(session, create('c'));
      expectTaken(session, { op: 'tamper', id: 'c', part: 'link', to: { text: '../a' } });
      expectTaken(session, remove('c'));
      expect(session.layer('a') === undefined).toBe(profile === 'moby-2019');
    }
  });

  it('unmounts what begins with the same letters (Q-22)', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      expectTaken(session, create('p'));
      expectTaken(session, create('p2', 'a'));
      expectTaken(session, get('p2'), at('p2/merged'));
      expectTaken(session, remove('p'));
      expect(session.layer('p2')?.mounted).toBe(profile === 'strict');
    }
  });

  it('makes a layer of what is applied to nobody; strict refuses (Q-23)', () => {
    const seed = new ModelSession('moby-2019');
    expectTaken(seed, apply('x', '', entry('f', 'abc')), size(3));
    expect(seed.layer('x')).toEqual({ id: 'x', names: ['diff'], mounted: false });

    const strict = new ModelSession('strict');
    expectTaken(strict, apply('x', '', entry('f', 'abc')), fail('syscall', 'ENOENT'));
    expectTaken(strict, { op: 'diff', id: 'x', parent: '' }, fail('syscall', 'ENOENT'));
  });

  it('leaves what it unpacked before a whiteout that is in the way; strict replaces (Q-37)', () => {
    const operation = apply('a', '', entry('f'), entry('.wh.f'));
    const [seed, strict] = [pair('moby-2019'), pair('strict')];

    expectTaken(seed, operation, fail('archive', 'EEXIST'));
    expectTaken(strict, operation, size(0));
  });

  it('archives a name that is reserved; strict refuses (Q-35)', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      expectTaken(session, get('b'), at('b/merged'));
      expectTaken(session, change('b', { do: 'write', path: '.wh.x', content: '' }));
      const entries = [
        { name: '.wh.x', type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: [5, 0], content: '' },
      ] as const;
      const answer =
        profile === 'strict' ? fail('reserved-name') : give({ kind: 'archive', entries });
      expectTaken(session, { op: 'diff', id: 'b', parent: 'a' }, answer);
    }
  });
});

describe('an archive that stops', () => {
  const broken = (id: string): Operation =>
    apply(id, '', entry('f', 'x'), { name: 's', type: 'link', mode: 0o644, target: 'gone' });

  it('leaves nothing in an empty layer of strict', () => {
    const session = pair('strict');
    expectTaken(session, broken('a'), fail('archive', 'ENOENT'));

    expect(session.layer('a')?.names).toEqual(['committed', 'diff', 'link']);
    expectTaken(session, { op: 'diffSize', id: 'a', parent: '' }, size(0));
  });

  it('leaves the mark on a layer of strict that held something, until it is applied again', () => {
    const session = pair('strict');
    expectTaken(session, apply('a', '', entry('old')), size(0));
    expectTaken(session, broken('a'), fail('archive', 'ENOENT'));

    expect(session.layer('a')?.names).toContain('incomplete');
    expectTaken(session, get('a'), fail('incomplete-layer'));
    expectTaken(session, create('c', 'a'), fail('incomplete-layer'));
    expectTaken(session, apply('a', '', entry('g', 'yy')), size(2));
    expectTaken(session, { op: 'diffSize', id: 'a', parent: '' }, size(2));
  });

  it('leaves what was unpacked in the seed', () => {
    const session = pair('moby-2019');
    expectTaken(session, broken('a'), fail('archive', 'ENOENT'));

    expectTaken(session, { op: 'diffSize', id: 'a', parent: '' }, size(1));
  });
});

describe('counting', () => {
  it('takes a mount that is there already for a use', () => {
    const session = pair('moby-2019');
    expectTaken(session, get('b'), at('b/merged'));
    expectTaken(session, { op: 'restart', process: 'new' });
    expectTaken(session, get('b'), at('b/merged'));
    expectTaken(session, put('b'));
    expect(session.layer('b')?.mounted).toBe(true);
    expectTaken(session, put('b'));

    expect(session.layer('b')).toMatchObject({ mounted: false, names: pairNames });
  });

  it('starts over in strict where somebody else unmounted', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      expectTaken(session, get('b'), at('b/merged'));
      expectTaken(session, { op: 'umount', id: 'b' });
      expectTaken(session, get('b'), at('b/merged'));
      expect(session.layer('b')?.mounted).toBe(profile === 'strict');
    }
  });
});

const pairNames = ['diff', 'link', 'lower', 'work'];

describe('the page (Q-17)', () => {
  it.each([
    [4094, 'mounted', 'mounted'],
    [4095, 'mounted', 'mounted'],
    [4096, 'ENOENT', 'mounted relative'],
    [4097, 'mounted relative', 'mounted relative'],
    [4098, 'mounted relative', 'mounted relative'],
  ])('at %i bytes gives %s in the seed and %s in strict', (bytes, seed, strict) => {
    // One lower: 79 bytes, three times the home and twice the id.
    const id = ['b', 'bb', 'bbb'].find(({ length }) => (bytes - 79 - 2 * length) % 3 === 0) ?? '';
    const home = '/'.padEnd((bytes - 79 - 2 * id.length) / 3, 'h');
    const outcomes = (['moby-2019', 'strict'] as const).map((profile) => {
      const session = new ModelSession(profile, { home });
      expectTaken(session, create('a'));
      expectTaken(session, create(id, 'a'));
      return session.model.allowed(get(id)).map(({ outcome }) => outcome);
    });

    expect(outcomes).toEqual([[seed], [strict]]);
  });

  it('has no room for a label of 5000 bytes', () => {
    const session = pair('moby-2019');
    expectTaken(session, { op: 'get', id: 'b', label: 'x'.repeat(5000) }, fail('label-too-large'));

    expect(session.layer('b')?.names).toEqual(pairNames);
  });

  it('does not bind strict where mounts take one option a call', () => {
    const home = '/'.padEnd(1800, 'h');
    const session = new ModelSession('strict', { home, pageLimited: false });
    expectTaken(session, create('a'));
    expectTaken(session, create('b', 'a'));

    expect(session.model.allowed(get('b'))[0]?.outcome).toBe('mounted');
    expect(WORLD.pageLimited).toBe(true);
  });
});

function sized(key: string, value: string): Extract<Operation, { op: 'create' }> {
  return { op: 'create', id: 'x', parent: '', readWrite: false, storage: [[key, value]] };
}
