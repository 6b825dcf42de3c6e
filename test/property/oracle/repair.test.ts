// Establishes that a careful driver starts on a home in which two layers have come to one link id
// whose symlink is gone: the first one gets it.
import { expect, it } from 'vitest';
import { fakeTargets } from '../../../src/cli/targets/fake-targets.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { Operation } from '../../../src/oracle/commands/operation.js';
import { runOnce } from '../../../src/oracle/judge/campaign.js';

const OPERATIONS: readonly Operation[] = [
  { op: 'create', id: 'a', parent: '', readWrite: false },
  { op: 'create', id: 'b', parent: '', readWrite: false },
  { op: 'tamper', id: 'b', part: 'link', to: { text: '{link:a}' } },
  { op: 'tamper', id: 'b', part: 'symlink', to: 'missing' },
  { op: 'restart', process: 'same' },
];

it('starts where two layers name one symlink that is gone', async () => {
  const targets = await fakeTargets({ profile: STRICT });

  const { divergence, operations } = await runOnce(
    { targets, judgeProfile: 'strict' },
    { surroundings: { homePadding: 0 }, operations: OPERATIONS },
    { compareHome: 'always' },
  );
  await targets.dispose();

  expect(divergence).toBeUndefined();
  expect(operations).toBe(OPERATIONS.length);
});
