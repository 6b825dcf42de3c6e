// `plugin serve` in a process of its own, and what the system knows of that process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.mjs';

const START_MS = 30_000;
const POLL_MS = 20;
const KIB_PER_MIB = 1024;

export async function startPlugin(directory, profile) {
  const socket = join(directory, 'p.sock');
  const words = ['plugin', 'serve', '--socket', socket, '--state', join(directory, 'state')];
  const more = ['--profile', profile, '--log-level', 'error'];
  const program = [join(ROOT, 'bin', 'overlay2-ref'), ...words, ...more];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let waited = 0; !existsSync(socket); waited += POLL_MS) {
    if (child.exitCode !== null || waited > START_MS) throw new Error('the plugin does not listen');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const start = performance.now();
  return {
    socket,
    /** Seconds since the start, resident memory in MiB, and open descriptors. */
    sample() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      const memory = Number(/^VmRSS:\s*(\d+)/m.exec(status)[1]) / KIB_PER_MIB;
      return {
        seconds: Math.round((performance.now() - start) / 1000),
        memoryMiB: Math.round(memory),
        descriptors: readdirSync(`/proc/${child.pid}/fd`).length,
      };
    },
    async end() {
      if (child.exitCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [code, signal] = await ended;
      return code ?? signal;
    },
    kill: () => child.kill('SIGKILL'),
  };
}
