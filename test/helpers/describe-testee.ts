import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULT_RUNS_MAX, judgeTestee, PLANTED_FAULTS, SOUND_RUNS } from './judge-testee.js';

/** An adapter is to be read alone. */
const ADAPTER_LINES_MAX = 120;

/** A testee that is compiled before it is judged. */
export interface CompiledTestee {
  readonly language: string;
  /** What has to be there to build it, in words. */
  readonly needs: string;
  /** What of that is missing; nothing where all is there. */
  readonly lacks: string | undefined;
  /** For a machine that does much else. */
  readonly timeoutMs: number;
  readonly adapter: string;
  /** What is built, and by which command, which says nothing where all is well. */
  build(): { readonly program: string; readonly command: readonly string[]; readonly cwd?: string };
  /** Takes away what was built. */
  clean?(): void;
}

/**
 * Registers what every compiled testee has to be: built without a warning, right in profile strict
 * as it is, found out with a fault, and short enough to be copied.
 */
export function describeTestee(testee: CompiledTestee): void {
  const { language, needs, lacks, timeoutMs, adapter } = testee;
  if (lacks !== undefined) process.stderr.write(`skipped the ${language} testee: ${lacks}\n`);

  describe.skipIf(lacks !== undefined)(
    `the ${language} testee (skipped where there is ${needs})`,
    { timeout: timeoutMs },
    () => {
      let program: string;

      beforeAll(() => {
        const { command, cwd, ...built } = testee.build();
        const [tool = '', ...args] = command;
        const made = spawnSync(tool, args, { cwd, encoding: 'utf8' });
        expect(`${made.stdout}${made.stderr}`).toBe('');
        program = built.program;
      }, timeoutMs);

      afterAll(() => testee.clean?.());

      it('answers as profile strict has it', async () => {
        const { findings, sequences } = await judgeTestee([program], SOUND_RUNS);

        expect([...findings.keys()]).toEqual([]);
        expect(sequences).toBe(SOUND_RUNS);
      });

      it.each(PLANTED_FAULTS)('is found out with the fault %s', async (fault) => {
        const { findings } = await judgeTestee([program, '--fault', fault], FAULT_RUNS_MAX);

        expect(findings.size).toBe(1);
      });
    },
  );

  it(`has an adapter in ${language} that can be read alone`, () => {
    const lines = readFileSync(adapter, 'utf8').split('\n').length - 1;

    expect(lines).toBeLessThanOrEqual(ADAPTER_LINES_MAX);
  });
}
