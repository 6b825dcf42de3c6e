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
  session.expectTaken(create('a'));
  session.expectTaken(create('b', 'a'));
  return session;
}

describe('the seed', () => {
  it('has the empty id exist (Q-04)', () => {
    new ModelSession('moby-2019').expectTaken({ op: 'exists', id: '' }, flag(true));
    new ModelSession('strict').expectTaken({ op: 'exists', id: '' }, flag(false));
  });

  it('creates what exists, and leaks a symlink; strict refuses (Q-07)', () => {
    const seed = pair('moby-2019');
    seed.expectTaken(create('a'));
    expect(seed.model.view().links).toEqual(['../a/diff', '../a/diff', '../b/diff']);

    const strict = pair('strict');
    strict.expectRefused(create('a'));
    strict.expectTaken(create('a'), fail('syscall', 'EEXIST'));
    expect(strict.model.view()).toEqual(pair('strict').model.view());
  });

  it('deletes an existing layer when creating it again fails (Q-08)', () => {
    const session = pair('moby-2019');
    session.expectTaken(create('a', 'ghost'), fail('syscall', 'ENOENT'));

    expect(session.layer('a')).toBeUndefined();
  });

  it.each([
    ['moby-2019', true],
    ['strict', false],
  ] as const)('marks the parent of a failed child in %s: %s (Q-09)', (profile, isMarked) => {
    const session = new ModelSession(profile);
    let parent = '';
    for (let depth = 0; depth < 129; depth++) {
      session.expectTaken(create(`l${depth}`, parent));
      parent = `l${depth}`;
    }
    session.expectTaken(create('deep', parent), fail('max-depth'));

    expect(session.layer(parent)?.names.includes('committed')).toBe(isMarked);
  });

  it('panics for a size without quota, and leaves a directory; strict refuses (Q-11)', () => {
    const operation: Operation = { ...sized('SIZE', '1G') };
    const seed = new ModelSession('moby-2019');
    seed.expectTaken(operation, fail('panic'));
    expect(seed.layer('x')?.names).toEqual([]);

    new ModelSession('strict').expectTaken(operation, fail('option'));
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

    seed.expectTaken(both, fail('panic'));
    again.expectTaken(both);
  });

  it('takes an empty link for the link directory; strict does not (Q-14)', () => {
    const damage: Operation = { op: 'tamper', id: 'a', part: 'link', to: 'empty' };
    const seed = new ModelSession('moby-2019');
    seed.expectTaken(create('a'));
    seed.expectTaken(damage);
    seed.expectTaken(create('b', 'a'));
    expect(seed.layer('b')?.lower).toEqual([{ text: 'l' }]);
    seed.expectTaken(get('b'), at('b/merged'));

    const strict = new ModelSession('strict');
    strict.expectTaken(create('a'));
    strict.expectTaken(damage);
    strict.expectTaken(create('b', 'a'), fail('invalid-link'));
  });

  it('gives the diff of a committed base; strict mounts it (Q-15)', () => {
    pair('moby-2019').expectTaken(get('a'), at('a/diff'));
    const strict = pair('strict');
    strict.expectTaken(get('a'), at('a/merged'));
    expect(strict.layer('a')?.mounted).toBe(true);
    strict.expectTaken(
      change('a', { do: 'mkdir', path: 'd', mode: 0o755 }),
      fail('syscall', 'EROFS'),
    );
  });

  it('mounts the home for an empty lower; strict refuses (Q-18)', () => {
    const damage: Operation = { op: 'tamper', id: 'b', part: 'lower', to: 'empty' };
    const seed = pair('moby-2019');
    seed.expectTaken(damage);
    seed.expectTaken(get('b'), at('b/merged'));

    const strict = pair('strict');
    strict.expectTaken(damage);
    strict.expectTaken(get('b'), fail('invalid-lower'));
  });

  it('counts what was removed on, and mounts nothing (Q-20)', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      session.expectTaken(get('b'), at('b/merged'));
      session.expectTaken(remove('b'));
      session.expectTaken(create('b', 'a'));
      session.expectTaken(get('b'), at('b/merged'));
      expect(session.layer('b')?.mounted).toBe(profile === 'strict');
    }
  });

  it('removes whatever a link names (Q-21)', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      session.expectTaken(create('c'));
      session.expectTaken({ op: 'tamper', id: 'c', part: 'link', to: { text: '../a' } });
      session.expectTaken(remove('c'));
      expect(session.layer('a') === undefined).toBe(profile === 'moby-2019');
    }
  });

  it('unmounts what begins with the same letters (Q-22)', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      session.expectTaken(create('p'));
      session.expectTaken(create('p2', 'a'));
      session.expectTaken(get('p2'), at('p2/merged'));
      session.expectTaken(remove('p'));
      expect(session.layer('p2')?.mounted).toBe(profile === 'strict');
    }
  });

  it('makes a layer of what is applied to nobody; strict refuses (Q-23)', () => {
    const seed = new ModelSession('moby-2019');
    seed.expectTaken(apply('x', '', entry('f', 'abc')), size(3));
    expect(seed.layer('x')).toEqual({ id: 'x', names: ['diff'], mounted: false });

    const strict = new ModelSession('strict');
    strict.expectTaken(apply('x', '', entry('f', 'abc')), fail('syscall', 'ENOENT'));
    strict.expectTaken({ op: 'diff', id: 'x', parent: '' }, fail('syscall', 'ENOENT'));
  });

  it('leaves what it unpacked before a whiteout that is in the way; strict replaces (Q-37)', () => {
    const operation = apply('a', '', entry('f'), entry('.wh.f'));
    const [seed, strict] = [pair('moby-2019'), pair('strict')];

    seed.expectTaken(operation, fail('archive', 'EEXIST'));
    strict.expectTaken(operation, size(0));
  });

  it('archives a name that is reserved; strict refuses (Q-35)', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      session.expectTaken(get('b'), at('b/merged'));
      session.expectTaken(change('b', { do: 'write', path: '.wh.x', content: '' }));
      const entries = [
        { name: '.wh.x', type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: [5, 0], content: '' },
      ] as const;
      const answer =
        profile === 'strict' ? fail('reserved-name') : give({ kind: 'archive', entries });
      session.expectTaken({ op: 'diff', id: 'b', parent: 'a' }, answer);
    }
  });
});

describe('an archive that stops', () => {
  const broken = (id: string): Operation =>
    apply(id, '', entry('f', 'x'), { name: 's', type: 'link', mode: 0o644, target: 'gone' });

  it('leaves nothing in an empty layer of strict', () => {
    const session = pair('strict');
    session.expectTaken(broken('a'), fail('archive', 'ENOENT'));

    expect(session.layer('a')?.names).toEqual(['committed', 'diff', 'link']);
    session.expectTaken({ op: 'diffSize', id: 'a', parent: '' }, size(0));
  });

  it('leaves the mark on a layer of strict that held something, until it is applied again', () => {
    const session = pair('strict');
    session.expectTaken(apply('a', '', entry('old')), size(0));
    session.expectTaken(broken('a'), fail('archive', 'ENOENT'));

    expect(session.layer('a')?.names).toContain('incomplete');
    session.expectTaken(get('a'), fail('incomplete-layer'));
    session.expectTaken(create('c', 'a'), fail('incomplete-layer'));
    session.expectTaken(apply('a', '', entry('g', 'yy')), size(2));
    session.expectTaken({ op: 'diffSize', id: 'a', parent: '' }, size(2));
  });

  it('leaves what was unpacked in the seed', () => {
    const session = pair('moby-2019');
    session.expectTaken(broken('a'), fail('archive', 'ENOENT'));

    session.expectTaken({ op: 'diffSize', id: 'a', parent: '' }, size(1));
  });
});

describe('counting', () => {
  it('takes a mount that is there already for a use', () => {
    const session = pair('moby-2019');
    session.expectTaken(get('b'), at('b/merged'));
    session.expectTaken({ op: 'restart', process: 'new' });
    session.expectTaken(get('b'), at('b/merged'));
    session.expectTaken(put('b'));
    expect(session.layer('b')?.mounted).toBe(true);
    session.expectTaken(put('b'));

    expect(session.layer('b')).toMatchObject({ mounted: false, names: pairNames });
  });

  it('starts over in strict where somebody else unmounted', () => {
    for (const profile of ['moby-2019', 'strict'] as const) {
      const session = pair(profile);
      session.expectTaken(get('b'), at('b/merged'));
      session.expectTaken({ op: 'umount', id: 'b' });
      session.expectTaken(get('b'), at('b/merged'));
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
      session.expectTaken(create('a'));
      session.expectTaken(create(id, 'a'));
      return session.model.allowed(get(id)).map(({ outcome }) => outcome);
    });

    expect(outcomes).toEqual([[seed], [strict]]);
  });

  it('has no room for a label of 5000 bytes', () => {
    const session = pair('moby-2019');
    session.expectTaken({ op: 'get', id: 'b', label: 'x'.repeat(5000) }, fail('label-too-large'));

    expect(session.layer('b')?.names).toEqual(pairNames);
  });

  it('does not bind strict where mounts take one option a call', () => {
    const home = '/'.padEnd(1800, 'h');
    const session = new ModelSession('strict', { home, pageLimited: false });
    session.expectTaken(create('a'));
    session.expectTaken(create('b', 'a'));

    expect(session.model.allowed(get('b'))[0]?.outcome).toBe('mounted');
    expect(WORLD.pageLimited).toBe(true);
  });
});

function sized(key: string, value: string): Extract<Operation, { op: 'create' }> {
  return { op: 'create', id: 'x', parent: '', readWrite: false, storage: [[key, value]] };
}
