import type {
  FaultPlan,
  ArchiveEntry,
  FileChange,
  SoundOperation,
  Operation,
} from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';

const TEXT_MAX = 40;

/**
 * Tells an operation in one line, as a person would.
 *
 * @public
 * @since 0.1.0
 */
export function formatOperation(operation: Operation): string {
  const { fault, ...sound } = operation;
  const told = formatSound(sound);
  return fault === undefined ? told : `${told}; ${formatPlan(fault)}`;
}

/**
 * Tells what goes wrong in an operation. Calls are those that change something or make changes
 * last.
 *
 * @internal
 */
export function formatPlan(fault: FaultPlan): string {
  if (fault.fault === 'fail') return `its call ${fault.at} fails with ${fault.errno}`;
  const { at, power } = fault;
  if (power === undefined) return `the process is killed before its call ${at}`;
  const { lost, newFiles } = power;
  const which = lost === 'all' ? 'all' : `numbers ${lost.join(', ')}`;
  const loss = lost.length === 0 ? 'nothing' : `${which} of what was not synced`;
  return `the power fails before its call ${at}: ${loss} is lost, new files are ${newFiles}`;
}

function formatSound(operation: SoundOperation): string {
  switch (operation.op) {
    case 'create': {
      const kind = operation.readWrite ? 'create read-write' : 'create';
      const on = operation.parent === '' ? '' : ` on ${word(operation.parent)}`;
      const { storage = [] } = operation;
      const told = storage.map(([key, value]) => ` ${key}=${value}`).join('');
      return `${kind} ${word(operation.id)}${on}${told}`;
    }
    case 'get': {
      const { id, label } = operation;
      return `get ${word(id)}${label === undefined ? '' : ` with label ${word(label)}`}`;
    }
    case 'apply': {
      const told = operation.archive.map(formatEntry).join(', ');
      return `apply to ${layer(operation)}: ${told === '' ? 'nothing' : told}`;
    }
    case 'diff':
    case 'diffSize':
    case 'changes':
      return `${operation.op} of ${layer(operation)}`;
    case 'transfer': {
      const { from, fromParent, to, toParent } = operation;
      const source = layer({ id: from, parent: fromParent });
      return `apply the diff of ${source} to ${layer({ id: to, parent: toParent })}`;
    }
    case 'file':
      return `in the tree of ${word(operation.id)}: ${formatChange(operation.change)}`;
    case 'restart':
      return `restart the driver in ${operation.process === 'same' ? 'the same' : 'a new'} process`;
    case 'umount':
      return `somebody unmounts ${word(operation.id)}`;
    case 'tamper': {
      const { id, part, to } = operation;
      const text = typeof to === 'string' ? to : `the text ${word(to.text)}`;
      return `somebody makes ${part} of ${word(id)} ${text}`;
    }
    case 'walk':
      return `look at the tree of ${word(operation.id)}`;
    case 'status':
    case 'cleanup':
      return operation.op;
    case 'remove':
    case 'put':
    case 'exists':
    case 'metadata':
      return `${operation.op} ${word(operation.id)}`;
  }
}

/**
 * Tells what several callers do at a time, a line for each; nothing where there is one alone.
 *
 * @public
 * @since 0.1.0
 */
export function formatCallers({ concurrency }: Sequence): readonly string[] {
  const callers = concurrency?.callers ?? [];
  return callers.map((own, at) => {
    const told = own.map(formatOperation).join('; ');
    return `at a time, caller ${at + 1}: ${told}`;
  });
}

function layer({ id, parent }: { readonly id: string; readonly parent: string }): string {
  return parent === '' ? word(id) : `${word(id)} against ${word(parent)}`;
}

function formatEntry({ name, type, target, mode }: ArchiveEntry): string {
  const to = target === undefined ? '' : ` to ${word(target)}`;
  return `${type} ${word(name)} ${mode.toString(8)}${to}`;
}

function formatChange(change: FileChange): string {
  const { do: kind, path, ...rest } = change;
  const details = Object.entries(rest).map(([key, value]) => `${key} ${detail(key, value)}`);
  return [kind, word(path), ...details].join(' ');
}

function detail(key: string, value: unknown): string {
  if (typeof value === 'number') return key === 'mode' ? value.toString(8) : String(value);
  return word(String(value));
}

/** A name as it is where that is clear, else quoted; a long one is cut. */
function word(text: string): string {
  const short = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…(${text.length})` : text;
  return /^[\w./-]+$/.test(text) ? short : JSON.stringify(short);
}
