import type { ProfileName } from '../../domain/profiles/profile.js';
import type { ArchiveEntry, FileChange, Operation } from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';
import { writeArchive } from '../commands/write-archive.js';
import { formatCallers, formatOperation } from './format-operation.js';

const NODE_LETTERS = { fifo: 'p', character: 'c', block: 'b', socket: '' } as const;
const LINE_MAX = 76;
const BIND_SOCKET = 'import socket, sys; socket.socket(1).bind(sys.argv[1])';

/**
 * Gives a sequence as a shell script of `overlay2-ref layer …` and ordinary commands, to be run as
 * root. Each command is a process of its own, so users that a driver counts in its memory end with
 * it, and a restart of the driver is what every command is.
 *
 * @public
 * @since 0.1.0
 */
export function shellScript(
  sequence: Sequence,
  { profile, replay }: { readonly profile: ProfileName; readonly replay: string },
): string {
  const { surroundings, operations } = sequence;
  const name = `overlay2${'x'.repeat(surroundings.homePadding)}`;
  const lines = [
    '#!/bin/sh',
    `# The same in one process, step by step: overlay2-ref replay ${replay}`,
    'H=$(mktemp -d)/' + name,
    `layer() { c=$1; shift; overlay2-ref layer "$c" --home "$H" --profile ${profile} "$@"; }`,
    'tree() { if [ -d "$H/$1/merged" ]; then echo "$H/$1/merged"; else echo "$H/$1/diff"; fi; }',
    'link() { cat "$H/$1/link"; }',
    'set -x',
  ];
  for (const operation of operations) {
    lines.push('', `# ${formatOperation(operation)}`, ...commands(operation));
  }
  const callers = formatCallers(sequence);
  if (callers.length > 0) {
    lines.push('', '# What follows is done by callers of one driver; replay takes their turns.');
    lines.push(...callers.map((line) => `# ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

function commands(operation: Operation): readonly string[] {
  switch (operation.op) {
    case 'create': {
      const { id, parent, readWrite, storage = [] } = operation;
      const options = storage.map(([key, value]) => ` --storage-opt ${quote(`${key}=${value}`)}`);
      const on = parent === '' ? '' : ` --parent ${quote(parent)}`;
      return [`layer create${readWrite ? ' --rw' : ''}${on}${options.join('')} -- ${quote(id)}`];
    }
    case 'remove':
      return [`layer rm -- ${quote(operation.id)}`];
    case 'get': {
      const { id, label } = operation;
      return [
        `layer mount${label === undefined ? '' : ` --label ${quote(label)}`} -- ${quote(id)}`,
      ];
    }
    case 'put':
      return [`layer umount -- ${quote(operation.id)}`];
    case 'exists':
    case 'metadata':
      return [`layer inspect -- ${quote(operation.id)}`];
    case 'status':
      return ['layer status'];
    case 'cleanup':
      return ['findmnt -rno TARGET | grep "^$H" | tac | xargs -r umount -l'];
    case 'restart':
      return [':'];
    case 'walk':
      return [`find "$(tree ${quote(operation.id)})" -ls`];
    case 'umount':
      return [`umount "$H"/${quote(operation.id)}/merged`];
    case 'apply':
      return applyCommands(operation);
    case 'diff':
      return [`layer diff${parentOption(operation.parent)} -- ${quote(operation.id)} | tar -tvf -`];
    case 'diffSize':
    case 'changes': {
      const command = operation.op.toLowerCase();
      return [`layer ${command}${parentOption(operation.parent)} -- ${quote(operation.id)}`];
    }
    case 'transfer': {
      const { from, fromParent, to, toParent } = operation;
      return [
        `layer diff${parentOption(fromParent)} -- ${quote(from)} | ` +
          `layer apply${parentOption(toParent)} -- ${quote(to)}`,
      ];
    }
    case 'file':
      return [`( cd "$(tree ${quote(operation.id)})" && ${changeCommand(operation.change)} )`];
    case 'tamper':
      return tamperCommands(operation);
  }
}

function parentOption(parent: string): string {
  return ` --parent ${quote(parent)}`;
}

function applyCommands({ id, parent, archive }: Extract<Operation, { op: 'apply' }>): string[] {
  return pipeArchive(archive, `layer apply${parentOption(parent)} -- ${quote(id)}`);
}

/**
 * Gives the lines that hand an archive to a command on standard input.
 *
 * @internal
 */
export function pipeArchive(archive: readonly ArchiveEntry[], command: string): string[] {
  // Most of an archive is zeros; compressed it would be shorter, and nobody could check it.
  const base64 = Buffer.from(writeArchive(archive)).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${LINE_MAX}}`, 'g')) ?? [];
  return [`base64 -d <<'END' | ${command}`, ...lines, 'END'];
}

/**
 * Gives the command that makes a change, with the tree as its working directory.
 *
 * @internal
 */
export function changeCommand(change: FileChange): string {
  const path = quote(`./${change.path}`);
  switch (change.do) {
    case 'write':
      return `printf ${quote(printfText(change.content))} > ${path}`;
    case 'append':
      return `printf ${quote(printfText(change.content))} >> ${path}`;
    case 'truncate':
      return `truncate -c -s ${change.size} ${path}`;
    case 'mkdir':
      return `mkdir -m ${change.mode.toString(8)} ${path}`;
    case 'symlink':
      return `ln -s -T -- ${quote(change.target)} ${path}`;
    case 'link':
      return `ln -P -T ${quote(`./${change.from}`)} ${path}`;
    case 'mknod': {
      const { kind, mode, major, minor } = change;
      if (kind === 'socket') return `python3 -c ${quote(BIND_SOCKET)} ${path}`;
      const numbers = kind === 'fifo' ? '' : ` ${major} ${minor}`;
      return `mknod -m ${mode.toString(8)} ${path} ${NODE_LETTERS[kind]}${numbers}`;
    }
    case 'unlink':
      return `unlink ${path}`;
    case 'rmdir':
      return `rmdir ${path}`;
    case 'remove-tree':
      return `rm -r ${path}`;
    case 'rename':
      return `mv -T ${path} ${quote(`./${change.to}`)}`;
    case 'chmod':
      return `chmod ${change.mode.toString(8)} ${path}`;
    case 'chown':
      return `chown -h ${change.uid}:${change.gid} ${path}`;
    case 'utimes':
      return `touch -h -d @${change.mtime[0]}.${String(change.mtime[1]).padStart(9, '0')} ${path}`;
    case 'setxattr':
      return `setfattr -h -n ${change.name} -v 0x${hex(change.value)} ${path}`;
  }
}

/**
 * Gives the commands that damage a layer; `$H` is the home, and `link a` prints the link of `a`.
 *
 * @internal
 */
export function tamperCommands({ id, part, to }: Extract<Operation, { op: 'tamper' }>): string[] {
  const directory = `"$H"/${quote(id)}`;
  const text = typeof to === 'string' ? "''" : expand(to.text);
  if (part === 'symlink') {
    const path = `"$H"/l/"$(link ${quote(id)})"`;
    return to === 'missing' ? [`rm ${path}`] : [`ln -sfT -- ${text} ${path}`];
  }
  const path = `${directory}/${part}`;
  if (part === 'diff' || part === 'work') {
    const again = to === 'empty' ? `mkdir ${path}` : `printf %s ${text} > ${path}`;
    return to === 'missing' ? [`rm -r ${path}`] : [`rm -r ${path} && ${again}`];
  }
  return to === 'missing' ? [`rm ${path}`] : [`printf %s ${text} > ${path}`];
}

/** Gives a text in which `{link:a}` is what the `link` of `a` holds when the script runs. */
function expand(text: string): string {
  return text
    .split(/(\{link:[^}]*\})/)
    .filter((part) => part !== '')
    .map((part) => {
      const id = /^\{link:(.*)\}$/s.exec(part)?.[1];
      return id === undefined ? quote(part) : `"$(link ${quote(id)})"`;
    })
    .join('');
}

/** Gives bytes as `printf` takes them. */
function printfText(text: string): string {
  return text.replaceAll(/[^ -$&-[\]-~]/g, (character) => {
    return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
}

function hex(text: string): string {
  return [...text].map((one) => one.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/**
 * Quotes for a shell; plain words stay as they are.
 *
 * @internal
 */
export function quote(text: string): string {
  return /^[\w./@:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
