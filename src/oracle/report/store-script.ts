import type { Operation } from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';
import { formatOperation } from './format-operation.js';
import { changeCommand, pipeArchive, quote } from './shell-script.js';

/**
 * Gives a sequence as a shell script of the commands of `containers-storage` and ordinary ones, to
 * be run as root in a mount namespace of its own.
 *
 * @param replay - the token that runs the same step by step.
 * @internal
 */
export function storeScript({ surroundings, operations }: Sequence, replay: string): string {
  const graph = `graph${'x'.repeat(surroundings.homePadding)}`;
  const lines = [
    '#!/bin/sh',
    `# The same step by step: overlay2-ref replay ${replay}`,
    '# Run it by: unshare -m --propagation private sh SCRIPT',
    'W=$(mktemp -d)',
    `H=$W/${graph}/overlay`,
    `S="--graph $W/${graph} --run $W/run --storage-driver overlay"`,
    'cs() { containers-storage $S "$@"; }',
    'set -x',
  ];
  for (const operation of operations) {
    lines.push('', `# ${formatOperation(operation)}`, ...commands(operation));
  }
  return `${lines.join('\n')}\n`;
}

function commands(operation: Operation): readonly string[] {
  switch (operation.op) {
    case 'create': {
      const { id, parent, readWrite } = operation;
      const options = `${readWrite ? '' : '--readonly '}--id ${quote(id)}`;
      return [`cs create-layer ${options} --${optional(parent)}`];
    }
    case 'remove':
      return [`cs delete-layer -- ${quote(operation.id)}`];
    case 'get':
      return [`cs mount -- ${quote(operation.id)}`];
    case 'put':
      return [`cs unmount -- ${quote(operation.id)}`];
    case 'exists':
      return [`cs exists --layer -- ${quote(operation.id)}`];
    case 'status':
      return ['cs status'];
    case 'apply':
      return pipeArchive(operation.archive, `cs applydiff -- ${quote(operation.id)}`);
    case 'diff': {
      const { id, parent } = operation;
      return [`cs diff -u -- ${quote(id)}${optional(parent)} | tar -tvf -`];
    }
    case 'diffSize':
    case 'changes': {
      const { op, id, parent } = operation;
      return [`cs ${op.toLowerCase()} -- ${quote(id)}${optional(parent)}`];
    }
    case 'transfer': {
      const { from, fromParent, to } = operation;
      const read = `cs diff -u -- ${quote(from)}${optional(fromParent)}`;
      return [`${read} > "$W/t.tar" && cs applydiff -f "$W/t.tar" -- ${quote(to)}`];
    }
    case 'file':
      return [`( cd "$H"/${quote(operation.id)}/merged && ${changeCommand(operation.change)} )`];
    case 'walk':
      return [`find "$H"/${quote(operation.id)}/merged -ls`];
    case 'umount':
      return [`umount "$H"/${quote(operation.id)}/merged`];
    case 'metadata':
    case 'cleanup':
    case 'restart':
    case 'tamper':
      // Left out of every sequence for a store.
      return [':'];
  }
}

function optional(parent: string): string {
  return parent === '' ? '' : ` ${quote(parent)}`;
}
