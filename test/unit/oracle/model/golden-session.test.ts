/**
 * Establishes that the model allows what the seed answered in the golden session of the reference,
 * step by step, and refuses answers that differ from it.
 */
import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../../../../src/domain/profiles/profile.js';
import type { ArchivedEntry } from '../../../../src/oracle/commands/answer.js';
import {
  apply,
  at,
  change,
  create,
  entry,
  fail,
  give,
  list,
  expectTaken,
  expectRefused,
  ModelSession,
  size,
} from '../../../helpers/model-session.js';

const NOW = 1_800_000_000;

function written(
  name: string,
  type: ArchivedEntry['type'],
  mode: number,
  rest: Partial<ArchivedEntry> = {},
): ArchivedEntry {
  const content = type === 'file' ? { content: '' } : {};
  return { name, type, mode, uid: 0, gid: 0, mtime: [NOW, 0], ...content, ...rest };
}

/** A base with three files and a directory, a child that changes all of it. */
function begin(profile: ProfileName): ModelSession {
  const session = new ModelSession(profile);
  expectTaken(session, create('base'));
  const files = [entry('d/'), entry('d/x', 'hello'), entry('a', 'aaa'), entry('b', 'bb')];
  expectTaken(session, apply('base', '', ...files, entry('c', 'c')), size(11));
  expectTaken(session, create('r1', 'base'));
  expectTaken(session, { op: 'get', id: 'r1' }, at('r1/merged'));
  expectTaken(session, change('r1', { do: 'unlink', path: 'a' }));
  expectTaken(session, change('r1', { do: 'unlink', path: 'b' }));
  expectTaken(session, change('r1', { do: 'remove-tree', path: 'd' }));
  expectTaken(session, change('r1', { do: 'mkdir', path: 'd', mode: 0o755 }));
  expectTaken(session, change('r1', { do: 'write', path: 'd/y', content: 'yy' }));
  expectTaken(session, change('r1', { do: 'chmod', path: 'c', mode: 0o600 }));
  expectTaken(session, { op: 'put', id: 'r1' });
  return session;
}

describe.each(['moby-2019', 'strict'] as const)('the golden session in %s', (profile) => {
  const stale = profile === 'moby-2019' ? { link: 'a' } : {};
  const whiteouts = [
    written('.wh.a', 'file', 0o600),
    written('.wh.b', 'file', 0o600, stale),
    written('c', 'file', 0o600, { content: 'c', mtime: [1_569_290_278, 0] }),
    written('d/', 'directory', 0o755),
    written('d/.wh..wh..opq', 'file', 0o755, { mtime: [0, 0] }),
    written('d/y', 'file', 0o644, { content: 'yy' }),
  ];

  it('leaves the directories that the reference shows', () => {
    const { model } = begin(profile);

    expect(model.view()).toEqual({
      layers: [
        { id: 'base', names: ['committed', 'diff', 'link'], link: { of: 'base' }, mounted: false },
        {
          id: 'r1',
          names: ['diff', 'link', 'lower', 'work'],
          link: { of: 'r1' },
          lower: [{ of: 'base' }],
          mounted: false,
        },
      ],
      links: ['../base/diff', '../r1/diff'],
      strays: [],
    });
  });

  it('gives the native archive, its size and the changes', () => {
    const session = begin(profile);

    expectTaken(
      session,
      { op: 'diff', id: 'r1', parent: 'base' },
      give({ kind: 'archive', entries: whiteouts }),
    );
    expectTaken(session, { op: 'diffSize', id: 'r1', parent: 'base' }, size(3));
    expectRefused(session, { op: 'diffSize', id: 'r1', parent: 'base' }, size(4));
    expectTaken(
      session,
      { op: 'changes', id: 'r1', parent: 'base' },
      list('C /c', 'C /d', 'A /d/y', 'D /d/x', 'D /a', 'D /b'),
    );
    expectTaken(session, { op: 'changes', id: 'r1', parent: '' }, list('A /c', 'A /d', 'A /d/y'));
    expectRefused(session, { op: 'changes', id: 'r1', parent: '' }, list('A /c', 'A /d'));
  });

  it.each([0, 1, 2, 3, 4, 5])('refuses an archive that lacks entry %i', (index) => {
    const entries = whiteouts.toSpliced(index, 1);

    expectRefused(
      begin(profile),
      { op: 'diff', id: 'r1', parent: 'base' },
      give({ kind: 'archive', entries }),
    );
  });

  it('gives the naive archive of a grandchild', () => {
    const session = begin(profile);
    expectTaken(session, create('r2', 'r1'));
    const entries = [
      written('.wh.a', 'file', 0),
      written('.wh.b', 'file', 0),
      written('c', 'file', 0o600, { content: 'c', mtime: [1_569_290_278, 0] }),
      written('d/', 'directory', 0o755),
      written('d/.wh.x', 'file', 0),
      written('d/y', 'file', 0o644, { content: 'yy' }),
    ];

    expectTaken(
      session,
      { op: 'diff', id: 'r2', parent: 'base' },
      give({ kind: 'archive', entries }),
    );
  });

  it('lets a create below nobody fail', () => {
    const session = begin(profile);

    expectRefused(session, create('x', 'ghost'));
    expectTaken(session, create('x', 'ghost'), fail('syscall', 'ENOENT'));

    expect(session.layer('x')).toBeUndefined();
    expect(session.model.view().links.includes('../x/diff')).toBe(profile === 'moby-2019');
  });
});
