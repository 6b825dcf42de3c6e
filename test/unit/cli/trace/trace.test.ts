/**
 * Establishes that a recorded run of the driver in memory is accepted, that one altered answer is
 * accused by its line, that calls that overlap may be ordered otherwise, and what bad lines say.
 */
import { describe, expect, it } from 'vitest';
import { STRICT } from '../../../../src/domain/profiles/strict.js';
import { fakeTargets } from '../../../../src/cli/targets/fake-targets.js';
import { RecordingRunner } from '../../../../src/oracle/trace/record-operations.js';
import { TraceRecorder } from '../../../../src/oracle/trace/trace-recorder.js';
import { generateSequence } from '../../../../src/oracle/generate/generate-sequence.js';
import { runCli } from '../../../helpers/cli-streams.js';

const HEAD = '{"trace":1,"home":"/h","profile":"strict"}';
function call(method: string, params: object, moments: readonly [number, number], result: object) {
  const [start, end] = moments.map(String);
  return JSON.stringify({ method, params, start, end, result });
}
const create = (id: string, start: number, end: number): string =>
  call('create', { id, parent: '' }, [start, end], {});
const exists = (id: string, start: number, end: number, is: boolean): string =>
  call('exists', { id }, [start, end], { exists: is });

const judge = (...lines: readonly string[]) =>
  runCli(['trace', '-'], { input: `${lines.join('\n')}\n` });

describe('trace', () => {
  it('accepts recorded runs of the driver in memory', async () => {
    const targets = await fakeTargets({ profile: STRICT });
    const lines: string[] = [];
    let moment = 0n;
    const now = (): bigint => ++moment;
    const recorder = new TraceRecorder((line) => lines.push(line), now);
    for (let index = 0; index < 40; index++) {
      const sequence = generateSequence(targets.facts, { seed: 1, index, lengthMax: 30 });
      const target = await targets.make(sequence.surroundings);
      const { world } = targets;
      recorder.begin({ home: target.home, profile: 'strict', world, files: 'recorded' });
      const run = new RecordingRunner(target, recorder, now);
      for (const operation of sequence.operations) await run.run(operation);
      await targets.remove(target);
    }
    await targets.dispose();

    const { exitCode, stdout, stderr } = await runCli(['trace', '-'], { input: lines.join('') });

    expect(stderr).toBe('');
    expect(stdout).toContain('the history is one that strict allows');
    expect(exitCode).toBe(0);
  });

  it('accuses the one answer that no order explains', async () => {
    const lines = [create('a', 1, 2), exists('a', 3, 4, false), exists('a', 5, 6, true)];
    const { exitCode, stdout } = await judge(HEAD, ...lines);

    expect(exitCode).toBe(1);
    expect(stdout).toContain('line 3: no order of the calls that strict allows');
    expect(stdout).toContain('allowed   true');
  });

  it('lets calls that overlap have happened in any order, and no others', async () => {
    const meanwhile = await judge(HEAD, exists('a', 2, 3, true), create('a', 1, 4));
    const before = await judge(HEAD, exists('a', 2, 3, false), create('a', 1, 4));
    const apart = await judge(HEAD, exists('a', 1, 2, true), create('a', 3, 4));

    expect([meanwhile.exitCode, before.exitCode, apart.exitCode]).toEqual([0, 0, 1]);
  });

  it.each([
    ['no JSON', '{', 'line 2: not JSON'],
    ['an unknown method', '{"method":"x","start":"1","end":"2","result":{}}', 'line 2: unknown'],
    ['an end before its start', create('a', 2, 1), 'line 2: it ends before it starts'],
    ['no id', create('a', 1, 2).replace('"id"', '"no"'), 'line 2: params.id'],
  ])('names a line with %s', async (_what, line, expected) => {
    const { exitCode, stderr } = await judge(HEAD, line);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(expected);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
