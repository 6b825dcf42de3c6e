import { formatChange } from '../../domain/diffs/change.js';
import type { Answer, Value } from '../commands/answer.js';
import { bytesOfText } from '../commands/byte-text.js';
import { failureOf } from '../commands/failure.js';
import { readArchive } from '../commands/read-archive.js';
import { streamOf } from '../commands/write-archive.js';
import { errorOfReply } from '../protocol/error-of-reply.js';
import type { Method, Result } from '../protocol/methods.js';
import { fromBase64, fromWireName } from '../protocol/names.js';
import type { Outcome } from '../protocol/reply.js';
import { fromWireEntry } from '../protocol/tree-entries.js';

/**
 * Gives the answer that a reply tells; its form was checked.
 *
 * @throws TarError for an archive that is none.
 * @internal
 */
export async function answerOf(method: Method, { result, error }: Outcome): Promise<Answer> {
  if (error !== undefined) return failureOf(errorOfReply(error));
  return { ok: true, value: await valueOf(method, result) };
}

async function valueOf(method: Method, result: unknown): Promise<Value> {
  const as = <Name extends Method>(): Result<Name> => result as Result<Name>;
  switch (method) {
    case 'get':
      return { kind: 'path', path: as<'get'>().path };
    case 'exists':
      return { kind: 'flag', flag: as<'exists'>().exists };
    case 'getMetadata':
      return { kind: 'metadata', metadata: as<'getMetadata'>().metadata };
    case 'status':
      return { kind: 'rows', rows: as<'status'>().status };
    case 'applyDiff':
    case 'diffSize':
      return { kind: 'size', bytes: as<'diffSize'>().size };
    case 'diff': {
      const archive = bytesOfText(fromBase64(as<'diff'>().archive));
      return { kind: 'archive', entries: await readArchive(streamOf(archive)) };
    }
    case 'changes': {
      const changes = as<'changes'>().changes.map(({ path, kind }) =>
        formatChange({ path: bytesOfText(fromWireName(path)), kind }),
      );
      return { kind: 'changes', changes };
    }
    case 'walk':
      return { kind: 'tree', entries: as<'walk'>().entries.map(fromWireEntry) };
    case 'hello':
    case 'create':
    case 'createReadWrite':
    case 'remove':
    case 'put':
    case 'cleanup':
    case 'restart':
    case 'dump':
    case 'file':
    case 'umount':
    case 'tamper':
    case 'quit':
      return { kind: 'nothing' };
  }
}
