import type { ArchiveEntry, Operation } from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';
import { ODD_IDS } from './alphabet.js';
import { chooseDamage, type Workshop } from './generate-operation.js';
import type { SeededRandom } from './random.js';
import { Shadow } from './shadow.js';

const FILE: readonly ArchiveEntry[] = [{ name: 'f', type: 'file', mode: 0o644, content: 'x' }];
const IDS = ['a', 'b', 'c', 'd'] as const;
const ODD_PERCENT = 45;
const LEFT_PERCENT = 15;
/** Ids that no file system takes, which every method answers in a way of its own. */
const EXTREME_IDS: readonly string[] = ['', 'x'.repeat(256), 'a\0'];
const EXTREME_PERCENT = 40;
const REMOVED_FIRST_PERCENT = 15;
/** What separates mount options and lowers, and what escapes that. */
const MOUNT_SYNTAX = /[:,\\]/;

/**
 * Makes a sequence in which every method is called with one layer that is out of the ordinary: an
 * id that a careful driver refuses, a layer whose metadata somebody has damaged, or one that was
 * unmounted by somebody else and written to all the same.
 *
 * @internal
 */
export function generateEveryWay(random: SeededRandom): Sequence {
  const shadow = new Shadow();
  const operations: Operation[] = [];
  const create = (id: string, parent: string): void => {
    shadow.create(id, parent);
    operations.push({ op: 'create', id, parent, readWrite: random.percent(30) });
  };
  const shop: Workshop = { random, shadow, ids: IDS, oddIds: [] };
  create('a', '');
  create('b', 'a');
  let [subject, parent] = ['b', 'a'];
  const share = random.below(100);
  if (share < LEFT_PERCENT) {
    const change = { do: 'mkdir', path: 'd', mode: 0o755 } as const;
    const left = { op: 'file', id: 'b', change } as const;
    operations.push({ op: 'get', id: 'b' }, { op: 'umount', id: 'b' }, left);
  } else if (share < LEFT_PERCENT + ODD_PERCENT) {
    subject = random.percent(EXTREME_PERCENT) ? random.pick(EXTREME_IDS) : random.pick(ODD_IDS);
    parent = random.pick(['', 'a']);
    // Some ids make a layer, and what they do shows when it is mounted.
    const isSyntax = MOUNT_SYNTAX.test(subject);
    if (isSyntax) parent = 'a';
    if (random.percent(isSyntax ? 80 : 30)) {
      operations.push({ op: 'create', id: subject, parent, readWrite: false });
    }
  } else {
    if (random.percent(50)) create('c', 'b');
    if (random.percent(30)) operations.push({ op: 'get', id: 'b' });
    const [part, to] = chooseDamage(shop);
    operations.push({ op: 'tamper', id: 'b', part, to });
    if (random.percent(40)) operations.push({ op: 'restart', process: 'new' });
    if (shadow.layers.has('c') && random.percent(40)) [subject, parent] = ['c', 'b'];
  }
  operations.push(...everyWay(random, subject, parent));
  return { surroundings: { homePadding: 0 }, operations };
}

/** Every method in some order; what takes a parent gets the layer's own or none. */
function everyWay(random: SeededRandom, id: string, own: string): readonly Operation[] {
  const parent = (): string => (random.percent(50) ? own : '');
  const ways = random.shuffled<Operation>([
    { op: 'get', id },
    { op: 'put', id },
    { op: 'exists', id },
    { op: 'metadata', id },
    { op: 'diff', id, parent: parent() },
    { op: 'diffSize', id, parent: parent() },
    { op: 'changes', id, parent: parent() },
    { op: 'apply', id, parent: parent(), archive: FILE },
    { op: 'transfer', from: id, fromParent: parent(), to: 'a', toParent: '' },
    { op: 'transfer', from: 'a', fromParent: '', to: id, toParent: parent() },
    { op: 'create', id: 'd', parent: id, readWrite: false },
  ]);
  // After others have done with it whatever they do, Remove is often beyond what one can say.
  const remove: Operation = { op: 'remove', id };
  return random.percent(REMOVED_FIRST_PERCENT) ? [remove, ...ways] : [...ways, remove];
}
