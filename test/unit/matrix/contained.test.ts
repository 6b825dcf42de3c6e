/**
 * Establishes that what the matrix starts does not outlive it, not even where it is killed. Ending
 * all of a command's processes takes process ids of its own, and so root.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const CONTAINED = resolve('scripts/matrix/contained.mjs');
const LIMIT_MS = 60_000;
const reason = process.getuid?.() === 0 ? undefined : 'process ids of its own take root';
if (reason !== undefined) process.stderr.write(`skipped what outlives the matrix: ${reason}\n`);

let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-contained-'));
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

describe.skipIf(reason !== undefined)('a command of the matrix', () => {
  it('ends with all it started when the matrix is killed', { timeout: LIMIT_MS }, async () => {
    const mark = join(scratch, 'mark');
    const shell = `echo up > ${mark}; setsid tail -f ${mark} & tail -f ${mark}`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', runner(shell)]);
    await until(() => existsSync(mark) && running().length >= 3);

    parent.kill('SIGKILL');

    // The kernel ends them after their parent, in its own time; were they kept, this never ends.
    await until(() => running().length === 0);
    expect(running()).toEqual([]);
  });
});

function runner(shell: string): string {
  const options = `{ limitSeconds: 3600, signal: new AbortController().signal, onText() {} }`;
  return `import { runContained } from ${JSON.stringify(CONTAINED)};
    await runContained(['sh', '-c', ${JSON.stringify(shell)}], ${options});`;
}

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

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((wake) => {
      setTimeout(wake, 20);
    });
  }
}
