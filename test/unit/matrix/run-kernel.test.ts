/**
 * Establishes that a machine that breaks is a row of the matrix, with what it showed until then,
 * and that nothing of it is left. A program takes the machine's place.
 */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EndedKernel, runKernel } from '../../../scripts/matrix/run-kernel.mjs';

const START = `echo '@matrix {"type":"start","release":"6.1.0-56","fileSystem":"ext4"}'`;
const TEST = `echo '@matrix ${JSON.stringify({
  type: 'test',
  file: 'test/e2e/a.test.js',
  name: 'b',
  state: 'passed',
  milliseconds: 1,
})}'`;
const END = `echo '@matrix {"type":"end"}'`;
const LIMIT_MS = 60_000;

let scratch: string;
let controller: AbortController;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-matrix-'));
  controller = new AbortController();
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs a shell script as if it were the machine of a kernel. */
function runScript(...lines: readonly string[]): Promise<EndedKernel> {
  writeFileSync(join(scratch, 'run-vm'), `#!/bin/sh\n${lines.join('\n')}\n`);
  chmodSync(join(scratch, 'run-vm'), 0o755);
  return runKernel('6.1', {
    tree: scratch,
    seed: 1,
    folder: join(scratch, 'machine'),
    programs: scratch,
    options: { runner: 'run-vm', only: ['a'], timeoutSeconds: 60 },
    signal: controller.signal,
    onTest: () => undefined,
  });
}

/** The record of the machine itself, and the statuses of the others. */
function told({ records }: EndedKernel): readonly [string, string, ...string[]] {
  const [machine] = records.filter(({ feature }) => feature === 'machine');
  const others = records.filter(({ feature }) => feature !== 'machine');
  const statuses = others.map(({ check, status }) => `${check} ${status}`);
  return [machine?.status ?? 'none', machine?.reason ?? '', ...statuses];
}

describe('a machine', () => {
  it('that runs the tests to their end passes', { timeout: LIMIT_MS }, async () => {
    const ended = await runScript(START, TEST, END);

    expect(told(ended)).toEqual(['pass', '', 'b pass']);
    expect(ended).toMatchObject({ kernel: '6.1 (6.1.0-56)', isBroken: false, isMissing: false });
  });

  it('whose kernel panics keeps what was shown', { timeout: LIMIT_MS }, async () => {
    const ended = await runScript(START, TEST, 'echo "Kernel panic - not syncing" >&2', 'exit 125');

    const [status, reason, ...others] = told(ended);
    expect([status, ...others]).toEqual(['not-run', 'b pass']);
    expect(reason).toMatch(/it did not boot, or its kernel panicked; .*Kernel panic - not syncing/);
    expect(ended.isBroken).toBe(true);
  });

  it('that is stopped for its time says so', { timeout: LIMIT_MS }, async () => {
    const ended = await runScript(START, 'exit 124');

    expect(told(ended)[1]).toContain('its time was over');
    expect(ended).toMatchObject({ isBroken: false, isLate: true });
  });

  it.each([
    [3, 'this host cannot run it'],
    [4, 'this kernel is not to be had any more'],
  ])('that ends with %i is missing, not broken', { timeout: LIMIT_MS }, async (code, reason) => {
    const ended = await runScript(`exit ${code}`);

    expect(told(ended)[1]).toContain(reason);
    expect(ended).toMatchObject({ isBroken: false, isMissing: true });
  });

  it('ends with all it started when the run is stopped', { timeout: LIMIT_MS }, async () => {
    const mark = join(scratch, 'mark');
    const ended = runScript(`echo up > ${mark}`, `tail -f ${mark} &`, 'wait');
    while (!existsSync(mark)) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    controller.abort();

    expect((await ended).isBroken).toBe(true);
    expect(running()).toEqual([]);
  });
});

/** Command lines of processes that name this test's directory. */
function running(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readCommand(pid))
    .filter((command) => command.includes(scratch));
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended since the list was read.
    return '';
  }
}
