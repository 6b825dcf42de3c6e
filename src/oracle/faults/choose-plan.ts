import type { FaultPlan, Operation, OperationName, PowerLoss } from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';
import { SeededRandom } from '../generate/random.js';
import { ERRNOS } from './alphabet.js';

const FAIL_PERCENT = 50;
const POWER_PERCENT = 60;
const WHOLE_LOSS_PERCENT = 40;
const PENDING_MAX = 8;

/** How many of a hundred sequences have faults, and of their operations. */
const SEQUENCES_PERCENT = 25;
const OPERATIONS_PERCENT = 15;
/** Most operations make fewer calls than this; one that makes fewer goes on unharmed. */
const CALLS_MAX = 16;
/** Chooses other numbers than those that made the sequence. */
const STREAM = 0x0f00_0000_0000;

/** What can go wrong is the driver's own work. */
const OTHERS: readonly OperationName[] = ['file', 'walk', 'umount', 'tamper'];

/**
 * Chooses what goes wrong in an operation.
 *
 * @param calls - how many of its calls can go wrong, as far as one knows.
 * @internal
 */
export function choosePlan(random: SeededRandom, calls: number): FaultPlan {
  if (random.percent(FAIL_PERCENT)) {
    return { fault: 'fail', at: random.between(1, Math.max(1, calls)), errno: random.pick(ERRNOS) };
  }
  const at = random.between(1, calls + 1);
  if (!random.percent(POWER_PERCENT)) return { fault: 'crash', at };
  return { fault: 'crash', at, power: choosePower(random) };
}

function choosePower(random: SeededRandom): PowerLoss {
  const newFiles = random.percent(50) ? 'emptied' : 'removed';
  if (random.percent(WHOLE_LOSS_PERCENT)) return { lost: 'all', newFiles };
  const lost = Array.from({ length: PENDING_MAX }, (_, i) => i).filter(() => random.percent(50));
  return { lost, newFiles };
}

/**
 * Lets something go wrong in some operations of a share of the sequences; the same seed and index
 * give the same everywhere. After somebody has damaged metadata nothing goes wrong any more: what
 * a driver mends by the way then is promised to nobody.
 *
 * @internal
 */
export function addFaults(sequence: Sequence, seed: number, index: number): Sequence {
  const random = new SeededRandom(seed, STREAM + index);
  if (!random.percent(SEQUENCES_PERCENT)) return sequence;
  let isDamaged = false;
  const operations = sequence.operations.map((operation): Operation => {
    isDamaged ||= operation.op === 'tamper';
    if (isDamaged || OTHERS.includes(operation.op) || isUnseen(operation)) return operation;
    if (!random.percent(OPERATIONS_PERCENT)) return operation;
    // Early calls are made by every operation; late ones by few.
    const calls = random.percent(50) ? CALLS_MAX >> 1 : 2 * CALLS_MAX;
    return { ...operation, fault: choosePlan(random, calls) };
  });
  return { ...sequence, operations };
}

/** Whether this is there depends on the kernel's quotas: nobody looks at what became of it. */
function isUnseen(operation: Operation): boolean {
  return JSON.stringify(operation).includes('backingFsBlockDev');
}
