/**
 * Establishes that a home is locked against other processes by `flock` on its own descriptor:
 * `flock(1)` of util-linux is the other process.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLinuxPorts, type LinuxPorts } from '../../src/adapters/linux/ports.js';
import { withMessage } from '../helpers/with-message.js';

let linux: LinuxPorts;
let home = '';

beforeEach(() => {
  linux = createLinuxPorts();
  home = mkdtempSync(join(tmpdir(), 'overlay2-ref-lock-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Whether another process gets the lock at once. */
function othersMay(mode: '--shared' | '--exclusive'): boolean {
  const { error, status } = spawnSync('flock', ['--nonblock', mode, home, 'true']);
  if (error !== undefined) throw error;
  return status === 0;
}

test('a writer keeps everybody out until it releases', async () => {
  const lock = await linux.lockHome(home, 'exclusive');
  expect([othersMay('--shared'), othersMay('--exclusive')]).toEqual([false, false]);

  await lock.release();

  expect(othersMay('--exclusive')).toBe(true);
  expect(readdirSync(home)).toEqual([]);
});

test('readers share, and keep writers out', async () => {
  const locks = [await linux.lockHome(home, 'shared'), await linux.lockHome(home, 'shared')];

  expect([othersMay('--shared'), othersMay('--exclusive')]).toEqual([true, false]);
  await locks[0]?.release();
  expect(othersMay('--exclusive')).toBe(false);
  await locks[1]?.release();

  expect(othersMay('--exclusive')).toBe(true);
});

test('a held lock fails at once with EAGAIN, or after the wait', async () => {
  const lock = await linux.lockHome(home, 'exclusive');
  const refused = withMessage(`flock ${home}: resource temporarily unavailable`);

  await expect(linux.lockHome(home, 'shared')).rejects.toThrow(refused);
  const start = performance.now();
  await expect(linux.lockHome(home, 'shared', { waitMs: 60, retryMs: 10 })).rejects.toThrow(
    refused,
  );
  expect(performance.now() - start).toBeGreaterThanOrEqual(59);

  await lock.release();
});

test('whoever waits gets the lock when it is released', async () => {
  const lock = await linux.lockHome(home, 'exclusive');
  const waiting = linux.lockHome(home, 'exclusive', { waitMs: Infinity, retryMs: 5 });

  setTimeout(() => void lock.release(), 30);
  const second = await waiting;

  expect(othersMay('--shared')).toBe(false);
  await second.release();
});

test('releasing twice is harmless: the descriptor may be another file by then', async () => {
  const lock = await linux.lockHome(home, 'exclusive');
  await lock.release();
  const root = await linux.ports.fs.openRoot(home);

  await lock.release();

  expect(await root.getdents()).toEqual([]);
  await root.close();
});

test('a home that is missing fails with ENOENT', async () => {
  const none = join(home, 'none');
  await expect(linux.lockHome(none, 'shared')).rejects.toThrow(
    withMessage(`open ${none}: no such file or directory`),
  );
});
