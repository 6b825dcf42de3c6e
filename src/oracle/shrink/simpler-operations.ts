import type { ArchiveEntry, FaultPlan, FileChange, Operation } from '../commands/operation.js';

/**
 * Gives operations that are a little simpler than one, the boldest first.
 *
 * @internal
 */
export function simplerOperations(operation: Operation): readonly Operation[] {
  return [...simplerFaults(operation), ...simplerSound(operation)];
}

/** Nothing goes wrong; it goes wrong sooner; nothing is lost, or all of it. */
function simplerFaults({ fault, ...sound }: Operation): readonly Operation[] {
  if (fault === undefined) return [];
  const simpler: FaultPlan[] = [];
  if (fault.fault === 'crash' && fault.power !== undefined) {
    const { power, ...killed } = fault;
    simpler.push(killed);
    if (power.lost !== 'all') simpler.push({ ...fault, power: { ...power, lost: 'all' } });
  }
  if (fault.fault === 'fail' && fault.errno !== 'EIO') simpler.push({ ...fault, errno: 'EIO' });
  for (const at of [1, fault.at >> 1, fault.at - 1]) {
    if (at > 0 && at < fault.at) simpler.push({ ...fault, at });
  }
  return [sound, ...simpler.map((plan) => ({ ...sound, fault: plan }))];
}

function simplerSound(operation: Operation): readonly Operation[] {
  switch (operation.op) {
    case 'create': {
      const { storage, ...rest } = operation;
      const simpler: Operation[] = [];
      if (operation.parent !== '') simpler.push({ ...operation, parent: '' });
      if (storage !== undefined) simpler.push(rest);
      if (operation.readWrite) simpler.push({ ...operation, readWrite: false });
      return simpler;
    }
    case 'get': {
      const { label, ...rest } = operation;
      return label === undefined ? [] : [rest];
    }
    case 'apply':
      return simplerArchives(operation.archive).map((archive) => ({ ...operation, archive }));
    case 'file':
      return simplerChanges(operation.change).map((change) => ({ ...operation, change }));
    case 'tamper':
      return operation.to === 'missing' || operation.to === 'empty'
        ? []
        : [
            { ...operation, to: 'missing' },
            { ...operation, to: 'empty' },
          ];
    case 'restart':
      return operation.process === 'same' ? [] : [{ op: 'restart', process: 'same' }];
    case 'diff':
    case 'diffSize':
    case 'changes':
      return operation.parent === '' ? [] : [{ ...operation, parent: '' }];
    case 'transfer':
    case 'remove':
    case 'put':
    case 'exists':
    case 'metadata':
    case 'status':
    case 'cleanup':
    case 'walk':
    case 'umount':
      return [];
  }
}

function simplerArchives(archive: readonly ArchiveEntry[]): readonly (readonly ArchiveEntry[])[] {
  const simpler: (readonly ArchiveEntry[])[] = archive.map((_entry, i) => archive.toSpliced(i, 1));
  for (const [i, entry] of archive.entries()) {
    for (const plain of simplerEntries(entry)) simpler.push(archive.with(i, plain));
  }
  return simpler;
}

function simplerEntries(entry: ArchiveEntry): readonly ArchiveEntry[] {
  const { xattrs, mtime, uid, gid, content = '', ...rest } = entry;
  const owner = {
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  };
  const time = mtime === undefined ? {} : { mtime };
  const attributes = xattrs === undefined ? {} : { xattrs };
  const bytes = entry.content === undefined ? {} : { content };
  const simpler: ArchiveEntry[] = [];
  if (xattrs !== undefined) simpler.push({ ...rest, ...bytes, ...owner, ...time });
  if (mtime !== undefined) simpler.push({ ...rest, ...bytes, ...owner, ...attributes });
  if (uid !== undefined || gid !== undefined) {
    simpler.push({ ...rest, ...bytes, ...time, ...attributes });
  }
  if (content.length > 0) simpler.push({ ...entry, content: '' });
  const mode = entry.type === 'directory' ? 0o755 : 0o644;
  if (entry.mode !== mode) simpler.push({ ...entry, mode });
  const cut = entry.name.indexOf('/');
  if (cut >= 0 && cut < entry.name.length - 1) {
    simpler.push({ ...entry, name: entry.name.slice(cut + 1) });
  }
  return simpler;
}

function simplerChanges(change: FileChange): readonly FileChange[] {
  const simpler: FileChange[] = [];
  const cut = change.path.indexOf('/');
  if (cut >= 0) simpler.push({ ...change, path: change.path.slice(cut + 1) });
  if ('content' in change && change.content !== '') simpler.push({ ...change, content: '' });
  if (change.do === 'mkdir' && change.mode !== 0o755) simpler.push({ ...change, mode: 0o755 });
  return simpler;
}
