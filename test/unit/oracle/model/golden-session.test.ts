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
  session.expectTaken(create('base'));
  const files = [entry('d/'), entry('d/x', 'hello'), entry('a', 'aaa'), entry('b', 'bb')];
  session.expectTaken(apply('base', '', ...files, entry('c', 'c')), size(11));
  session.expectTaken(create('r1', 'base'));
  session.expectTaken({ op: 'get', id: 'r1' }, at('r1/merged'));
  session.expectTaken(change('r1', { do: 'unlink', path: 'a' }));
  session.expectTaken(change('r1', { do: 'unlink', path: 'b' }));
  session.expectTaken(change('r1', { do: 'remove-tree', path: 'd' }));
  session.expectTaken(change('r1', { do: 'mkdir', path: 'd', mode: 0o755 }));
  session.expectTaken(change('r1', { do: 'write', path: 'd/y', content: 'yy' }));
  session.expectTaken(change('r1', { do: 'chmod', path: 'c', mode: 0o600 }));
  session.expectTaken({ op: 'put', id: 'r1' });
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

    session.expectTaken(
      { op: 'diff', id: 'r1', parent: 'base' },
      give({ kind: 'archive', entries: whiteouts }),
    );
    session.expectTaken({ op: 'diffSize', id: 'r1', parent: 'base' }, size(3));
    session.expectRefused({ op: 'diffSize', id: 'r1', parent: 'base' }, size(4));
    session.expectTaken(
      { op: 'changes', id: 'r1', parent: 'base' },
      list('C /c', 'C /d', 'A /d/y', 'D /d/x', 'D /a', 'D /b'),
    );
    session.expectTaken({ op: 'changes', id: 'r1', parent: '' }, list('A /c', 'A /d', 'A /d/y'));
    session.expectRefused({ op: 'changes', id: 'r1', parent: '' }, list('A /c', 'A /d'));
  });

  it.each([0, 1, 2, 3, 4, 5])('refuses an archive that lacks entry %i', (index) => {
    const entries = whiteouts.toSpliced(index, 1);

    begin(profile).expectRefused(
      { op: 'diff', id: 'r1', parent: 'base' },
      give({ kind: 'archive', entries }),
    );
  });

  it('gives the naive archive of a grandchild', () => {
    const session = begin(profile);
    session.expectTaken(create('r2', 'r1'));
    const entries = [
      written('.wh.a', 'file', 0),
      written('.wh.b', 'file', 0),
      written('c', 'file', 0o600, { content: 'c', mtime: [1_569_290_278, 0] }),
      written('d/', 'directory', 0o755),
      written('d/.wh.x', 'file', 0),
      written('d/y', 'file', 0o644, { content: 'yy' }),
    ];

    session.expectTaken(
      { op: 'diff', id: 'r2', parent: 'base' },
      give({ kind: 'archive', entries }),
    );
  });

  it('lets a create below nobody fail', () => {
    const session = begin(profile);

    session.expectRefused(create('x', 'ghost'));
    session.expectTaken(create('x', 'ghost'), fail('syscall', 'ENOENT'));

    expect(session.layer('x')).toBeUndefined();
    expect(session.model.view().links.includes('../x/diff')).toBe(profile === 'moby-2019');
  });
});
