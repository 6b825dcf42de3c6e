/** Establishes that the layer-store model allows what the seed and strict answer, by examples. */
import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../../../../src/domain/profiles/profile.js';
import type { Answer, Value } from '../../../../src/oracle/commands/answer.js';
import type { Operation } from '../../../../src/oracle/commands/operation.js';
import type { World } from '../../../../src/oracle/model/facts.js';
import { LayerStoreModel, type Verdict } from '../../../../src/oracle/model/model.js';

export const WORLD: World = {
  home: '/var/lib/docker/overlay2',
  backingFs: 'extfs',
  pageSize: 4096,
  pageLimited: true,
  indexOff: true,
  nativeDiff: true,
  quota: false,
  labels: false,
  sharedWhiteouts: true,
  umask: 0o022,
};

const OK: Answer = { ok: true, value: { kind: 'nothing' } };
const give = (value: Value): Answer => ({ ok: true, value });
const fail = (code: string, errno?: string): Answer =>
  errno === undefined ? { ok: false, code, message: '' } : { ok: false, code, errno, message: '' };
const at = (path: string): Answer => give({ kind: 'path', path: `${WORLD.home}/${path}` });
const create = (id: string, parent = ''): Operation => ({
  op: 'create',
  id,
  parent,
  readWrite: false,
});

class Session {
  readonly model: LayerStoreModel;

  constructor(profile: ProfileName) {
    this.model = new LayerStoreModel(profile, WORLD);
  }

  run(operation: Operation, answer: Answer = OK): Verdict {
    return this.model.step(operation, answer);
  }

  expect(operation: Operation, answer: Answer = OK): void {
    expect(this.run(operation, answer)).toMatchObject({ agrees: true, blind: false });
  }

  refuse(operation: Operation, answer: Answer = OK): void {
    expect(this.run(operation, answer)).toMatchObject({ agrees: false });
  }
}

describe('the seed', () => {
  it('leaks the symlink of a failed create and marks nobody', () => {
    const session = new Session('moby-2019');

    session.refuse(create('x', 'ghost'));
    session.expect(create('x', 'ghost'), fail('syscall', 'ENOENT'));

    expect(session.model.view()).toEqual({ layers: [], links: ['../x/diff'], strays: [] });
  });

  it('deletes an existing layer when creating it again fails', () => {
    const session = new Session('moby-2019');
    session.expect(create('base'));
    session.expect(create('base', 'ghost'), fail('syscall', 'ENOENT'));

    expect(session.model.view().layers).toEqual([]);
    session.expect({ op: 'exists', id: 'base' }, give({ kind: 'flag', flag: false }));
  });

  it('counts, unmounts with the last Put, and remembers the count of what was removed', () => {
    const session = new Session('moby-2019');
    session.expect(create('a'));
    session.expect(create('b', 'a'));
    session.expect({ op: 'get', id: 'b' }, at('b/merged'));
    session.expect({ op: 'get', id: 'b' }, at('b/merged'));
    session.expect({ op: 'put', id: 'b' });
    expect(session.model.view().layers[1]).toMatchObject({ id: 'b', mounted: true });
    session.expect({ op: 'remove', id: 'b' });
    session.expect(create('b', 'a'));
    session.expect({ op: 'get', id: 'b' }, at('b/merged'));

    expect(session.model.view().layers[1]).toMatchObject({ id: 'b', mounted: false });
  });
});

describe('strict', () => {
  it('refuses an id that exists and changes nothing', () => {
    const session = new Session('strict');
    session.expect(create('a'));
    const before = session.model.view();

    session.refuse(create('a'));
    session.expect(create('a'), fail('syscall', 'EEXIST'));

    expect(session.model.view()).toEqual(before);
  });
});
