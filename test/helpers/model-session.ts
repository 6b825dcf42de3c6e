import { expect } from 'vitest';
import type { ProfileName } from '../../src/domain/profiles/profile.js';
import type { Answer, Value } from '../../src/oracle/commands/answer.js';
import type { ArchiveEntry, FileChange, Operation } from '../../src/oracle/commands/operation.js';
import type { World } from '../../src/oracle/model/facts.js';
import { LayerStoreModel } from '../../src/oracle/model/model.js';

/** A kernel of today without SELinux, on ext4. */
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

/** A success with a value. */
export const give = (value: Value): Answer => ({ ok: true, value });

/** A failure by its error class, and by errno where it is one of a call. */
export const fail = (code: string, errno?: string): Answer =>
  errno === undefined ? { ok: false, code, message: '' } : { ok: false, code, errno, message: '' };

/** The path of a name below the home, as Get gives it. */
export const at = (path: string, { home } = WORLD): Answer =>
  give({ kind: 'path', path: `${home}/${path}` });

export const size = (bytes: number): Answer => give({ kind: 'size', bytes: String(bytes) });
export const list = (...changes: string[]): Answer => give({ kind: 'changes', changes });
export const flag = (is: boolean): Answer => give({ kind: 'flag', flag: is });

export const create = (id: string, parent = ''): Operation => ({
  op: 'create',
  id,
  parent,
  readWrite: false,
});

/** A file of an archive with 0644, or a directory with 0755 where the name ends with a slash. */
export function entry(name: string, content = ''): ArchiveEntry {
  return name.endsWith('/')
    ? { name, type: 'directory', mode: 0o755 }
    : { name, type: 'file', mode: 0o644, content };
}

export const apply = (id: string, parent: string, ...archive: ArchiveEntry[]): Operation => ({
  op: 'apply',
  id,
  parent,
  archive,
});

export const change = (id: string, it: FileChange): Operation => ({ op: 'file', id, change: it });

/** A model that is told answers, and has to take them or to refuse them. */
export class ModelSession {
  readonly model: LayerStoreModel;

  constructor(profile: ProfileName, world: Partial<World> = {}) {
    this.model = new LayerStoreModel(profile, { ...WORLD, ...world });
  }

  /** What the model says of a layer. */
  layer(id: string) {
    return this.model.view().layers.find((layer) => layer.id === id);
  }
}

/** Expects that a model takes an answer, having judged it. */
export function expectTaken(
  { model }: ModelSession,
  operation: Operation,
  answer: Answer = OK,
): void {
  expect(model.step(operation, answer)).toMatchObject({ agrees: true, blind: false });
}

/** Expects that a model refuses an answer, and stays as it is. */
export function expectRefused(
  { model }: ModelSession,
  operation: Operation,
  answer: Answer = OK,
): void {
  const before = model.view();
  expect(model.step(operation, answer)).toMatchObject({ agrees: false });
  expect(model.view()).toEqual(before);
}
