// Runs a command so that nothing of it outlives this process, however this process ends.
import { spawn, spawnSync } from 'node:child_process';

/** How long a command that was told to end may take to put its things away. */
const GRACE_MS = 15_000;

/**
 * As root the command gets process ids and mounts of its own, which the kernel ends with its first
 * process; that one dies with its parent.
 */
const AS_ROOT = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--mount'];
const DIES_WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL'];

/**
 * Runs a command to its end, or to the end of its time.
 *
 * @param words - the command.
 * @param options - `cwd`, `env`, `limitSeconds`, `signal` (an AbortSignal), and `onText`, called
 * with what the command writes to either of its streams.
 * @returns its exit code; `undefined` where it was stopped for its time.
 */
export async function runContained(words, { cwd, env, limitSeconds, signal, onText }) {
  const [command, ...rest] = [...containment(), ...words];
  const child = spawn(command, rest, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isLate = false;
  const stop = () => {
    kill(child, 'SIGTERM');
    setTimeout(() => kill(child, 'SIGKILL'), GRACE_MS).unref();
  };
  const limit = setTimeout(() => {
    isLate = true;
    stop();
  }, limitSeconds * 1000);
  signal.addEventListener('abort', stop, { once: true });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onText);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, name) => resolve(status ?? `signal ${name}`));
    });
    return isLate ? undefined : code;
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', stop);
  }
}

function containment() {
  const isRoot = process.getuid() === 0;
  const words = isRoot ? [...DIES_WITH_PARENT, ...AS_ROOT] : DIES_WITH_PARENT;
  const { status } = spawnSync(words[0], [...words.slice(1), 'true']);
  return status === 0 ? words : [];
}

/** To the group, since the first process waits for others. */
function kill({ pid, exitCode, signalCode }, name) {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, name);
  } catch {
    // All of the group have ended.
  }
}
