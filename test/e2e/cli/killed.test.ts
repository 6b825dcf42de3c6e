/**
 * Kills and interrupts commands while they work. In profile strict the home is usable afterwards:
 * layers are there whole, not at all, or marked as incomplete.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliHome } from '../../helpers/cli-home.js';
import { rawEntry, rawTar } from '../../helpers/raw-tar.js';

const GOOD = rawTar({ name: 'file', content: 'content' });
/** Enough that the command is still at it when the test has seen that it began. */
const SECOND = rawEntry({ name: 'b', content: Buffer.alloc(3_000_000, 'b') });
const MARK = 'incomplete';

let cli: CliHome;

beforeEach(async () => {
  cli = new CliHome();
  await cli.succeed(['create', 'base']);
});

afterEach(() => cli.remove());

/** Starts to apply an archive that does not end, and waits until its first entry is there. */
async function startApplying(id: string): Promise<ChildProcess> {
  const child = cli.start(['apply', id]);
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(rawEntry({ name: 'a', content: 'a' }));
  child.stdin?.write(SECOND.subarray(0, SECOND.length - 512));
  const first = join(cli.home, id, 'diff/a');
  await whileRunning(child, () => !existsSync(first));
  return child;
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stderr };
}

/** Waits as long as a condition holds; a command that ended on the way fails the test. */
async function whileRunning(child: ChildProcess, condition: () => boolean): Promise<void> {
  while (condition()) {
    if (child.exitCode !== null) throw new Error(`the command ended with ${child.exitCode}`);
    await pause(10);
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Whatever a crash left, the next writer puts right. */
async function expectUsable(): Promise<void> {
  await cli.succeed(['create', 'after']);
  await cli.succeed(['rm', 'after']);
  const links = readdirSync(join(cli.home, 'l'));
  const ids = (await cli.succeed(['ls'])).split('\n').filter((id) => id !== '');
  const linkOf = (id: string): string => readFileSync(join(cli.home, id, 'link'), 'utf8');
  expect(links.sort()).toEqual(ids.map(linkOf).sort());
  const known = [...ids, 'l', 'backingFsBlockDev'];
  expect(readdirSync(cli.home).filter((name) => !known.includes(name))).toEqual([]);
}

describe('SIGKILL', () => {
  it('in the middle of apply leaves a layer refused until it is applied again', async () => {
    const child = await startApplying('base');
    const ended = endOf(child);

    child.kill('SIGKILL');
    await ended;

    expect(readdirSync(join(cli.home, 'base'))).toContain(MARK);
    const refused = await cli.run(['create', '--parent', 'base', 'child']);
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr:
        'overlay2-ref layer create child: ' +
        'layer "base" is incomplete: apply it again or remove it\n',
    });
    expect(await cli.succeed(['apply', 'base'], { input: GOOD })).toBe('7');
    expect(readdirSync(join(cli.home, 'base/diff'))).toEqual(['file']);
    await expectUsable();
  });

  it('in the middle of apply leaves a layer that can be removed', async () => {
    const child = await startApplying('base');
    const ended = endOf(child);

    child.kill('SIGKILL');
    await ended;

    await cli.succeed(['rm', 'base']);
    await expectUsable();
  });

  it('at any moment of create leaves no layer or a whole one', async () => {
    const usual = Date.now();
    cli.spawn(['create', 'timed', '--parent', 'base']);
    const wholeMs = Date.now() - usual;

    for (let step = 1; step <= 8; step++) {
      const id = `layer-${step}`;
      const child = cli.start(['create', '--parent', 'base', '--rw', id]);
      const ended = endOf(child);
      // The work is done in the last part of the process's life.
      await pause(wholeMs * (0.4 + (0.7 * step) / 8));
      child.kill('SIGKILL');
      await ended;

      await expectUsable();
      if (!existsSync(join(cli.home, id))) continue;
      await cli.succeed(['mount', id]);
      await cli.succeed(['umount', id]);
    }
  });

  it('at any moment of rm leaves a home in which rm can be repeated', async () => {
    const started = Date.now();
    cli.spawn(['ls']);
    const wholeMs = Date.now() - started;

    for (let step = 1; step <= 6; step++) {
      const id = `layer-${step}`;
      await cli.succeed(['create', id]);
      await cli.succeed(['apply', id], { input: GOOD });
      const child = cli.start(['rm', id]);
      const ended = endOf(child);
      await pause(wholeMs * (0.5 + (0.8 * step) / 6));
      child.kill('SIGKILL');
      await ended;

      if (existsSync(join(cli.home, id))) await cli.succeed(['rm', id]);
      await expectUsable();
    }
  });
});

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, exitCode) => {
  it(`takes an apply back and ends with ${exitCode}`, async () => {
    const child = await startApplying('base');
    const ended = endOf(child);

    child.kill(signal);

    expect(await ended).toEqual({
      code: exitCode,
      stderr: `overlay2-ref layer apply base: interrupted by ${signal}\n`,
    });
    expect(readdirSync(join(cli.home, 'base'))).not.toContain(MARK);
    expect(readdirSync(join(cli.home, 'base/diff'))).toEqual([]);
    await expectUsable();
  });

  it(`ends a wait for the home with ${exitCode}`, async () => {
    const holder = await startApplying('base');
    const waiting = cli.start(['mount', 'base', '--wait', '600']);
    const ended = endOf(waiting);
    // Native code is loaded after the signals are subscribed to, right before the wait.
    const maps = `/proc/${waiting.pid}/maps`;
    await whileRunning(waiting, () => !readFileSync(maps, 'utf8').includes('koffi'));

    waiting.kill(signal);

    expect((await ended).code).toBe(exitCode);
    holder.kill('SIGKILL');
    await endOf(holder);
  });
});
