import { GraphDriverError } from '../../domain/errors.js';
import type { ArchivedEntry } from '../commands/answer.js';
import type { ArchiveEntry, Operation } from '../commands/operation.js';
import { bytesOfText } from '../commands/byte-text.js';
import { readArchive } from '../commands/read-archive.js';
import { streamOf } from '../commands/write-archive.js';
import { fromWireChange } from '../protocol/file-changes.js';
import type { Method, Params } from '../protocol/methods.js';
import { fromBase64 } from '../protocol/names.js';
import type { ReadingPlace } from './trace-event.js';

/** A request whose form was checked. */
export interface Call {
  readonly method: Method;
  readonly params: unknown;
}

/**
 * Gives the operation that a request stands for; nothing for one that says nothing of layers.
 *
 * @throws TarError for an archive that is none.
 * @internal
 */
export async function operationOf(
  { method, params }: Call,
  place: ReadingPlace,
): Promise<Operation | undefined> {
  const as = <Name extends Method>(): Params<Name> => params as Params<Name>;
  switch (method) {
    case 'create':
    case 'createReadWrite':
      return createOf(as<'create'>(), method === 'createReadWrite');
    case 'get':
      return { op: 'get', ...as<'get'>() };
    case 'getMetadata':
      return { op: 'metadata', ...as<'getMetadata'>() };
    case 'remove':
    case 'put':
    case 'exists':
    case 'umount':
      return { op: method, ...as<'remove'>() };
    case 'status':
    case 'cleanup':
      return { op: method };
    case 'applyDiff': {
      const { id, parent, archive } = as<'applyDiff'>();
      const entries = await readArchive(streamOf(bytesOfText(fromBase64(archive))));
      return { op: 'apply', id, parent, archive: entries.map(asGiven) };
    }
    case 'diff':
    case 'diffSize':
    case 'changes':
      return { op: method, ...as<'diff'>() };
    case 'restart':
      return { op: 'restart', process: as<'restart'>().process ?? 'same' };
    case 'hello':
      return place.hasBegun ? { op: 'restart', process: 'new' } : undefined;
    case 'file': {
      const { path, change } = as<'file'>();
      return { op: 'file', id: idOfTree(path, place), change: fromWireChange(change) };
    }
    case 'walk':
      return { op: 'walk', id: idOfTree(as<'walk'>().path, place) };
    case 'tamper':
      return { op: 'tamper', ...as<'tamper'>() };
    case 'dump':
    case 'quit':
      return undefined;
  }
}

function createOf({ id, parent, storageOpt }: Params<'create'>, readWrite: boolean): Operation {
  const operation = { op: 'create', id, parent, readWrite } as const;
  if (storageOpt === undefined) return operation;
  return { ...operation, storage: Object.entries(storageOpt) };
}

/** Gives an entry as it would have to be written, from what was read of it. */
function asGiven({ name, link, device, type, target, ...rest }: ArchivedEntry): ArchiveEntry {
  const isHardLink = type === 'file' && link !== undefined && rest.content === undefined;
  const leadsTo = isHardLink ? link : target;
  return {
    name,
    ...rest,
    type: isHardLink ? 'link' : type,
    ...(leadsTo === undefined ? {} : { target: leadsTo }),
    ...(device === undefined ? {} : { major: device[0], minor: device[1] }),
  };
}

/** Gives the layer whose tree a path is: that of the last Get that gave it. */
function idOfTree(path: string, { home, trees }: ReadingPlace): string {
  const known = trees.get(path);
  if (known !== undefined) return known;
  const below = path.startsWith(`${home}/`) ? path.slice(home.length + 1) : '';
  const [, id] = /^(.+)\/(?:merged|diff)$/.exec(below) ?? [];
  if (id !== undefined) return id;
  throw new GraphDriverError('trace', `${path} is no tree of a layer below ${home}`);
}
