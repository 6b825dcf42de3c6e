/** Establishes laws of unions that hold whatever the layers hold and whatever is done in them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FILE_TYPE } from '../../../../src/domain/host/file-type.js';
import { InodeError } from '../../../../src/domain/union/inode-error.js';
import type { Volume } from '../../../../src/domain/union/volume.js';
import {
  at,
  errnoOf,
  find,
  mountData,
  mountPlans,
  type Plan,
  spot,
  tree,
} from '../../../unit/domain/union/union-tree.js';

const KINDS = ['dir', 'dir', 'dir opaque=y', 'whiteout', 'text', 'other text', ''] as const;

/** Two levels of few names; what lies in no directory is left out. */
const plan: fc.Arbitrary<Plan> = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('', 'a', 'b'),
      fc.constantFrom(...KINDS),
    ),
  )
  .map((rows) => {
    const made: Record<string, string> = {};
    for (const [outer, inner, kind] of rows) {
      if (inner === '') made[outer] ??= kind;
      else if (made[outer]?.startsWith('dir') === true) made[`${outer}/${inner}`] ??= kind;
    }
    return made;
  });

const layers = fc.record({ upper: plan, lowers: fc.array(plan, { minLength: 1, maxLength: 3 }) });

interface Change {
  readonly call: 'write' | 'mkdir' | 'unlink' | 'rmdir' | 'rename' | 'chmod';
  readonly path: string;
  readonly to: string;
}

const path = fc.constantFrom('a', 'b', 'c', 'a/a', 'a/b', 'b/a', 'b/b', 'c/a', 'a/a/a');
const change: fc.Arbitrary<Change> = fc.record({
  call: fc.constantFrom('write', 'mkdir', 'unlink', 'rmdir', 'rename', 'chmod'),
  path,
  to: path,
});

/** Makes a change and tells how that went. */
function perform(volume: Volume, { call, path: where, to }: Change): string {
  return errnoOf(() => {
    if (find(volume, where.split('/').slice(0, -1).join('/')) === undefined) return;
    const [directory, name] = spot(volume, where);
    const owner = { uid: 0, gid: 0 };
    if (call === 'write')
      volume.create(directory, name, { mode: FILE_TYPE.REGULAR | 0o644, ...owner });
    else if (call === 'mkdir') {
      volume.create(directory, name, { mode: FILE_TYPE.DIRECTORY | 0o755, ...owner });
    } else if (call === 'chmod') {
      const node = volume.lookup(directory, name);
      if (node !== undefined) volume.change(node, { mode: 0o700 });
    } else if (call === 'rename') {
      if (find(volume, to.split('/').slice(0, -1).join('/')) === undefined) return;
      volume.rename(directory, name, ...spot(volume, to));
    } else volume[call](directory, name);
  });
}

describe('a union', () => {
  test('lists in a merged directory what it finds, and nothing else', () => {
    fc.assert(
      fc.property(layers, ({ upper, lowers }) => {
        const { union } = mountPlans(upper, lowers);
        const listed = union.entries(union.root).map(({ name }) => name);

        const found = ['a', 'b', 'c'].filter(
          (name) => union.lookup(union.root, name) !== undefined,
        );

        expect([...listed].sort()).toEqual(found);
        expect(new Set(listed).size).toBe(listed.length);
      }),
    );
  });

  test('shows the same when its layers are first merged in part', () => {
    fc.assert(
      fc.property(plan, plan, plan, (top, middle, bottom) => {
        const { union, disk } = mountPlans(undefined, [top, middle, bottom]);
        const changed = mountPlans({}, [top, middle, bottom]);

        expect(tree(changed.union)).toEqual(tree(union));
        expect(tree(mountData(disk, 'lowerdir=lower0:lower1:lower2').union)).toEqual(tree(union));
      }),
    );
  });

  test('shows a lower alone as it is under an empty upper', () => {
    fc.assert(
      fc.property(plan, (lower) => {
        const clean = Object.fromEntries(
          Object.entries(lower).filter(([, kind]) => kind !== 'whiteout'),
        );
        const { union, disk } = mountPlans({}, [clean]);

        expect(tree(union)).toEqual(tree(disk, at(disk, 'lower0')));
      }),
    );
  });

  test('shows nothing new by copying up', () => {
    fc.assert(
      fc.property(layers, path, ({ upper, lowers }, where) => {
        const { union } = mountPlans(upper, lowers);
        const before = withoutStrays(tree(union));
        const node = find(union, where);
        fc.pre(node !== undefined);
        const { mode, ino, uid, size, mtime } = union.attributes(node);

        union.change(node, { uid });

        expect(withoutStrays(tree(union))).toEqual(before);
        expect(union.attributes(node)).toMatchObject({ mode, ino, size, mtime });
      }),
    );
  });

  test('changes no lower, and shows the same after a remount', () => {
    fc.assert(
      fc.property(layers, fc.array(change, { maxLength: 12 }), ({ upper, lowers }, changes) => {
        const { union, disk } = mountPlans(upper, lowers);
        const below = lowers.map((_, i) => tree(disk, at(disk, `lower${i}`)));

        for (const each of changes) perform(union, each);

        expect(lowers.map((_, i) => tree(disk, at(disk, `lower${i}`)))).toEqual(below);
        const names = lowers.map((_, i) => `lower${i}`).join(':');
        const again = mountData(disk, `lowerdir=${names},upperdir=upper,workdir=work`).union;
        const below2 = mountData(disk, `lowerdir=upper:${names}`).union;
        const shown = withoutStrays(tree(union));
        expect(withoutStrays(tree(again))).toEqual(shown);
        expect(withoutStrays(tree(below2))).toEqual(shown);
      }),
    );
  });

  test('that refuses a call shows what it showed before', () => {
    fc.assert(
      fc.property(layers, fc.array(change, { maxLength: 8 }), change, (world, changes, last) => {
        const { union } = mountPlans(world.upper, world.lowers);
        for (const each of changes) perform(union, each);
        const before = tree(union);

        fc.pre(perform(union, last) !== 'ok');

        expect(tree(union)).toEqual(before);
      }),
    );
  });

  test('leaves nothing in its work directory but a whiteout to share', () => {
    fc.assert(
      fc.property(layers, fc.array(change, { maxLength: 12 }), ({ upper, lowers }, changes) => {
        const { union, disk } = mountPlans(upper, lowers);

        for (const each of changes) perform(union, each);

        const left = Object.values(tree(disk, at(disk, 'work/work')));
        expect(left.every((what) => what === 'whiteout')).toBe(true);
        expect(left.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('and its fork do not see each other', () => {
    fc.assert(
      fc.property(layers, fc.array(change, { maxLength: 8 }), ({ upper, lowers }, changes) => {
        const { union, disk } = mountPlans(upper, lowers);
        const first = changes.slice(0, 3);
        for (const each of first) perform(union, each);
        const other = disk.fork({
          clock: { tick: () => ({ seconds: 1n, nanoseconds: 0 }) } as never,
        });
        const fork = union.fork({ find: () => other });
        const shown = tree(fork);

        const answers = changes.map((each) => perform(union, each));

        expect(tree(fork)).toEqual(shown);
        expect(changes.map((each) => perform(fork, each))).toEqual(answers);
        expect(tree(fork)).toEqual(tree(union));
      }),
    );
  });
});

/** Pure directories list stray whiteouts, merged ones do not. */
function withoutStrays(shown: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(shown).filter(([, what]) => what !== 'listed alone'));
}

test('a failure of a volume is one object an errno', () => {
  expect(new InodeError('ENOENT')).toMatchObject({ errnoName: 'ENOENT', errno: 2 });
});
