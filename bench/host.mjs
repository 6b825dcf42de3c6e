// Tells what a measurement was made on.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release } from 'node:os';

/** Gives one line. */
export function describeHost(directory, peer) {
  const type = execFileSync('stat', ['-f', '-c', '%T', directory], { encoding: 'utf8' }).trim();
  const parts = [
    `${cpus()[0]?.model ?? 'unknown processor'} × ${availableParallelism()}`,
    `Linux ${release()}`,
    `node ${process.versions.node}`,
    type,
    `load ${loadavg()[0].toFixed(1)}`,
  ];
  if (peer !== undefined) parts.push(`peer: ${peer}`);
  return parts.join(', ');
}
