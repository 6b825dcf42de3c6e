/** Ends the mounts that a scenario left. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const OCTAL_ESCAPE = /\\([0-7]{3})/g;

/** Unmounts everything at or below the directory that holds a home, the newest mount first. */
export function unmountBelow(home: string): void {
  const below = dirname(home);
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) => path.replace(OCTAL_ESCAPE, (_, digits: string) => octal(digits)))
    .filter((path) => `${path}/`.startsWith(`${below}/`));
  for (const point of points.reverse()) spawnSync('umount', ['-l', point]);
}

function octal(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 8));
}
