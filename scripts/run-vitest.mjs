// Runs vitest in a mount namespace of its own where that is possible, so that not even a killed run
// leaves a mount behind.
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT } from './root.mjs';

const UNSHARE = ['unshare', '-m', '--propagation', 'private'];

/** Says why no mount namespace can be made here; undefined when one can. */
export function whyNoMountNamespace() {
  if (process.platform !== 'linux') return 'mount namespaces need Linux';
  if (process.getuid() !== 0) return 'mounting needs root';
  const [command, ...args] = UNSHARE;
  const { error, status, stderr } = spawnSync(command, [...args, 'true'], { encoding: 'utf8' });
  if (error) return error.message;
  return status === 0 ? undefined : stderr.trim();
}

/** Runs `vitest run` with these arguments and ends this process with its exit code. */
export function runVitest(args) {
  const require = createRequire(import.meta.url);
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const prefix = whyNoMountNamespace() === undefined ? UNSHARE : [];
  const [command, ...rest] = [
    ...prefix,
    process.execPath,
    vitest,
    'run',
    '--configLoader',
    'runner',
    ...args,
  ];
  const child = spawn(command, rest, { cwd: ROOT, stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes; a plain kill reaches this one alone.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 130);
  });
}
