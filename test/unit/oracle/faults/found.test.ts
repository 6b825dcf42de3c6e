/**
 * Establishes that what the search has found in strict stays mended: each example is the shortest
 * run that showed it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../../src/cli/targets/fake-targets.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';
import type {
  ArchiveEntry,
  FaultPlan,
  Operation,
  SoundOperation,
} from '../../../../src/oracle/commands/operation.js';
import { tryFault } from '../../../../src/oracle/faults/try-fault.js';
import { runOnce } from '../../../../src/oracle/judge/campaign.js';
import type { SequenceTargets } from '../../../../src/oracle/targets/sequence-target.js';

const FILE: ArchiveEntry = { name: 'f', type: 'file', mode: 0o644, content: 'x' };
const BELOW_A_FILE: ArchiveEntry = { ...FILE, name: 'f/g' };

const CREATE: SoundOperation = { op: 'create', id: 'a', parent: '', readWrite: false };
const CHILD: SoundOperation = { op: 'create', id: 'ab', parent: 'a', readWrite: false };
const FILL: SoundOperation = { op: 'apply', id: 'a', parent: '', archive: [FILE] };
const BREAK: SoundOperation = { op: 'apply', id: 'a', parent: '', archive: [BELOW_A_FILE] };

let targets: SequenceTargets;

beforeAll(async () => {
  targets = await fakeTargets({ profile: STRICT });
});

afterAll(() => targets.dispose());

/** Lets one thing after the other go wrong until the operation makes fewer calls. */
async function violationsOf(
  prefix: readonly SoundOperation[],
  operation: SoundOperation,
  planAt: (at: number) => FaultPlan,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (let at = 1; ; at++) {
    const trial = await tryFault(targets, { prefix, operation }, planAt(at));
    if (trial.violation !== undefined) found.push(`${at}: ${trial.violation.signature}`);
    if (trial.judgement?.outcome.isHit !== true) {
      expect(at).toBeGreaterThan(1);
      return found;
    }
  }
}

const failing = (at: number): FaultPlan => ({ fault: 'fail', at, errno: 'EIO' });
const killed = (at: number): FaultPlan => ({ fault: 'crash', at });

describe('in strict', () => {
  it('a layer with content keeps its mark when the last sync of an ApplyDiff fails', async () => {
    expect(await violationsOf([CREATE, FILL], FILL, failing)).toEqual([]);
  });

  it.each([
    ['a call fails', failing],
    ['the process ends', killed],
  ])('an incomplete layer is never taken for a whole empty one where %s', async (_how, plan) => {
    expect(await violationsOf([CREATE, FILL, BREAK], FILL, plan)).toEqual([]);
  });

  it('an incomplete layer stays incomplete when applying again fails', async () => {
    const run = { prefix: [CREATE, FILL, BREAK, BREAK], operation: CHILD };

    const { violation } = await tryFault(targets, run, failing(1));

    expect(violation).toBeUndefined();
  });

  it('Cleanup tells of a mount that it could not take away, whichever it was', async () => {
    const other: SoundOperation = { ...CHILD, id: 'b' };
    const get = (id: string): SoundOperation => ({ op: 'get', id });
    const prefix = [CREATE, CHILD, other, get('ab'), get('b')];

    expect(await violationsOf(prefix, { op: 'cleanup' }, failing)).toEqual([]);
  });

  it('what was applied with naive diffs, for want of a probe, may have no whiteouts', async () => {
    const whiteout: ArchiveEntry = { ...FILE, name: '.wh.ghost' };
    const operations: readonly Operation[] = [
      CREATE,
      { ...FILL, archive: [whiteout], fault: failing(1) },
      { op: 'diff', id: 'a', parent: '' },
    ];
    const sequence = { surroundings: { homePadding: 0 }, operations };

    const { divergence } = await runOnce({ targets, judgeProfile: 'strict' }, sequence, {});

    expect(divergence).toBeUndefined();
  });

  it('Init leaves a symlink that a layer names, wherever it leads', async () => {
    const prefix: SoundOperation[] = [
      CREATE,
      { op: 'tamper', id: 'a', part: 'symlink', to: { text: 'ghost' } },
    ];

    const run = { prefix, operation: { op: 'exists', id: 'a' } as const };
    const { violation } = await tryFault(targets, run, killed(1));

    expect(violation).toBeUndefined();
  });
});
