import type { Operation } from '../commands/operation.js';
import { writeArchive } from '../commands/write-archive.js';
import type { Difference } from '../judge/divergence.js';
import type { ReportedFault } from './check-report.js';
import { formatOperation } from './format-operation.js';
import { GO_FRAME } from './go-frame.js';
import { decodeReplay } from './replay-token.js';
import { changeCommand, tamperCommands } from './shell-script.js';

const ERRNO = /\bE[A-Z0-9]{2,}$/;
const FAILURE = 'the failure ';
const LINE_MAX = 100;

/**
 * Gives the shortest sequence of a fault as a Go test around moby's own driver, which needs nothing
 * of this project. It fails as long as the driver does what was found, as far as an answer or a
 * file tells; else it logs what is to be looked at.
 *
 * @returns nothing for what takes a fault that is planted, or callers that take turns, and for
 *   stores that are no homes of moby's.
 * @public
 * @since 0.2.0
 */
export function goTest(fault: ReportedFault): string | undefined {
  const { replay, kind, differences } = fault;
  if (kind === 'protocol' || kind === 'fault' || kind === 'schedule') return undefined;
  const { sequence, profile, judgeProfile } = decodeReplay(replay);
  if (profile === 'containers-storage') return undefined;
  const { surroundings, operations } = sequence;
  const home = `overlay2${'x'.repeat(surroundings.homePadding)}`;
  const steps = operations.map((operation, i) => stepOf(operation, i));
  const lines = [
    ...header(fault, judgeProfile),
    GO_FRAME,
    'func TestRepro(t *testing.T) {',
    `\tr := start(t, ${quote(home)})`,
    '\tdefer r.end()',
    ...steps.flat().map((line) => `\t${line}`),
    '\tr.list()',
    ...differences.flatMap(wantOf).map((line) => `\t${line}`),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function header({ rule, replay, count }: ReportedFault, profile: string): readonly string[] {
  return [
    `// What ${profile} does not allow: ${oneLine(rule)}. Seen in ${count} of the sequences.`,
    '// The same, step by step and on any driver:',
    `//   overlay2-ref replay ${replay}`,
    '// It runs alone, as root, where peers/setup.sh has laid out moby 20.10 from Debian packages:',
    '//   P=~/.cache/overlay2-ref/peers',
    '//   export GO111MODULE=off GOPATH=$P/2010:$P/debian:/usr/share/gocode',
    '//   unshare -m go test -count=1 -v ./THIS_FILE',
  ];
}

/** A step: its comment, and the call. */
function stepOf(operation: Operation, index: number): readonly string[] {
  const what = `${index + 1}. ${oneLine(formatOperation(operation))}`;
  const comment = `// ${what}`;
  const call = callOf(operation);
  if (operation.op === 'file' || operation.op === 'walk') {
    const told = [`value, err := ${call}`, `r.told(${quote(what)}, value, err)`];
    const id = quote(operation.id);
    return [comment, `if tree, ok := r.trees[${id}]; ok {`, ...told.map((it) => `\t${it}`), '}'];
  }
  if (RETURNS_ERROR.has(operation.op)) return [comment, `r.told(${quote(what)}, "", ${call})`];
  if (operation.op === 'exists' || operation.op === 'status') {
    return [comment, `r.told(${quote(what)}, ${call}, nil)`];
  }
  const lines = [`value, err := ${call}`, `r.told(${quote(what)}, value, err)`];
  return [comment, '{', ...lines.map((line) => `\t${line}`), '}'];
}

const RETURNS_ERROR: ReadonlySet<Operation['op']> = new Set([
  'create',
  'remove',
  'put',
  'cleanup',
  'restart',
]);

function callOf(operation: Operation): string {
  switch (operation.op) {
    case 'create': {
      const { id, parent, readWrite, storage = [] } = operation;
      const pairs = storage.map(([key, value]) => `${quote(key)}: ${quote(value)}`).join(', ');
      const options = pairs === '' ? 'nil' : `options(map[string]string{${pairs}})`;
      return `r.Create${readWrite ? 'ReadWrite' : ''}(${list(id, parent)}, ${options})`;
    }
    case 'remove':
      return `r.Remove(${quote(operation.id)})`;
    case 'get':
      return `r.get(${list(operation.id, operation.label ?? '')})`;
    case 'put':
      return `r.Put(${quote(operation.id)})`;
    case 'exists':
      return `r.Exists(${quote(operation.id)})`;
    case 'metadata':
      return `r.GetMetadata(${quote(operation.id)})`;
    case 'status':
      return 'r.Status()';
    case 'cleanup':
      return 'r.Cleanup()';
    case 'restart':
      return 'r.restart()';
    case 'apply': {
      const { id, parent, archive } = operation;
      const base64 = Buffer.from(writeArchive(archive)).toString('base64');
      return `r.apply(${list(id, parent)}, ${longText(base64)})`;
    }
    case 'diff':
      return `r.diff(${list(operation.id, operation.parent)})`;
    case 'diffSize':
      return `r.DiffSize(${list(operation.id, operation.parent)})`;
    case 'changes':
      return `r.Changes(${list(operation.id, operation.parent)})`;
    case 'transfer': {
      const { from, fromParent, to, toParent } = operation;
      return `r.transfer(${list(from, fromParent, to, toParent)})`;
    }
    case 'file':
      return `r.sh(tree, ${quote(changeCommand(operation.change))})`;
    case 'walk':
      return `r.sh(tree, "find . -ls")`;
    case 'umount':
      return `r.sh("/", ${quote(`umount "$H"/'${operation.id.replaceAll("'", `'\\''`)}'/merged`)})`;
    case 'tamper':
      return `r.sh("/", ${quote(tamperCommands(operation).join('\n'))})`;
  }
}

/** What of a difference a test can state; the rest is for its reader. */
function wantOf({ subject, expected, actual }: Difference): readonly string[] {
  const note = `// ${oneLine(subject)}: expected ${oneLine(expected)}; found ${oneLine(actual)}`;
  const isFile = [expected, actual].every((text) => text === 'there' || text === 'missing');
  if (isFile) return [note, `r.wantFile(${quote(subject)}, ${String(expected === 'there')})`];
  if (subject !== 'answer') return [note];
  const ways = expected.split(' or ');
  const failures = ways.filter((way) => way.startsWith(FAILURE));
  const errnos = failures.flatMap((way) => way.match(ERRNO) ?? []);
  // Only an errno can be told from the text of an error; any failure will do for the others.
  const isKnown = errnos.length === failures.length;
  const may = [failures.length < ways.length, failures.length > 0].map(String);
  const these = isKnown ? [...new Set(errnos)].map((name) => `syscall.${name}`) : [];
  return [note, `r.wantAnswer(${[...may, ...these].join(', ')})`];
}

function list(...texts: readonly string[]): string {
  return texts.map(quote).join(', ');
}

/** What JSON quotes, Go reads. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function longText(text: string): string {
  const pieces = text.match(new RegExp(`.{1,${LINE_MAX}}`, 'g')) ?? [''];
  return pieces.map(quote).join('+\n\t\t\t');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
