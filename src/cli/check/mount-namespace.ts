import { spawn } from 'node:child_process';
import { GraphDriverError } from '../../domain/errors.js';
import type { CliStreams, EndingSignal } from '../streams.js';

/** Set in the child, so that it does not start another one. */
const MARK = 'OVERLAY2_REF_OWN_NAMESPACE';
const SIGNALS: readonly EndingSignal[] = ['SIGINT', 'SIGTERM'];
const SHELL_SIGNAL_BASE = 128;
const SIGNAL_NUMBER = { SIGINT: 2, SIGTERM: 15 };

/**
 * Runs this same command again in a mount namespace of its own, so that no mount outlives it, not
 * even when it is killed. Does nothing in the child, for an ordinary user, and in tests that call
 * the command in their own process.
 *
 * @returns the exit code of the child, or undefined where the caller is to do the work itself.
 * @internal
 */
export async function rerunInOwnMountNamespace(
  streams: CliStreams,
  { json = false }: { readonly json?: boolean },
): Promise<number | undefined> {
  const isThisProcess = (streams as unknown) === process;
  const isRoot = streams.geteuid?.() === 0;
  if (!isThisProcess || !isRoot || isInOwnMountNamespace(streams)) return undefined;

  const [node, ...args] = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', ['-m', '--propagation', 'private', node, ...args], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: '1' },
  });
  // A terminal signals parent and child alike; the parent waits for how the child ends.
  const forward = (signal: EndingSignal) => () => void child.kill(signal);
  const listeners = SIGNALS.map((signal) => [signal, forward(signal)] as const);
  for (const [signal, listener] of listeners) streams.on?.(signal, listener);
  try {
    return await new Promise<number | undefined>((resolve, reject) => {
      child.once('exit', (code, signal) => resolve(code ?? signalCode(signal)));
      child.once('error', (error) => {
        // Without util-linux the check still works; only SIGKILL could leave a mount behind.
        if ('code' in error && error.code === 'ENOENT') resolve(undefined);
        else reject(new GraphDriverError('host', `unshare: ${error.message}`));
      });
    });
  } finally {
    for (const [signal, listener] of listeners) streams.off?.(signal, listener);
    if (json) streams.stdout.write('');
  }
}

/**
 * Tells whether this process is the child that {@link rerunInOwnMountNamespace} has started.
 *
 * @internal
 */
export function isInOwnMountNamespace({ env }: Pick<CliStreams, 'env'>): boolean {
  return env[MARK] !== undefined;
}

function signalCode(signal: NodeJS.Signals | null): number {
  const number = signal === 'SIGINT' || signal === 'SIGTERM' ? SIGNAL_NUMBER[signal] : 9;
  return SHELL_SIGNAL_BASE + number;
}
