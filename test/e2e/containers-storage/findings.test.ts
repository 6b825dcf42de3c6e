/**
 * Establishes that what docs/findings.md tells of containers/storage is so: runs each repro as it
 * stands there, in a mount namespace of its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoStore } from '../../helpers/containers-storage.js';

const PAGE = readFileSync('docs/findings.md', 'utf8').split('## containers/storage 1.43')[1] ?? '';
const obstacle = whyNoStore();

/** What each repro shows at its end; 124 is what `timeout` gives of what does not end. */
const SHOWN = {
  'CS-1': /^124$/m,
  'CS-2': /recreating the missing symlinks: 5 errors occurred/,
  'CS-3': /^unlinkat .*: file name too long$/m,
  'CS-4': /^abc mounted\n0$/m,
  'CS-5': /a\/diff\/d\/x: not a directory$/m,
  'CS-6': /: no such file or directory while mounting b$/m,
  'CS-7': /^ab mountpoint unmounted\n1$/m,
  'CS-8': /^0$/m,
  'CS-9': /^124$/m,
} as const;

let temporary: string;

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'overlay2-ref-findings-'));
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** The block of shell of a section; of the page's own beginning where none is named. */
function blockOf(section?: string): string {
  const text = section === undefined ? PAGE : (PAGE.split(`### ${section}\n`)[1] ?? '');
  return /```sh\n(.*?)```/s.exec(text)?.[1] ?? 'exit 99';
}

function run(script: string): string {
  const args = ['-m', '--propagation', 'private', 'sh', '-c', `{ ${script}\n} 2>&1`];
  const env = { ...process.env, TMPDIR: temporary };
  return spawnSync('unshare', args, { encoding: 'utf8', env }).stdout;
}

describe('a finding in containers/storage', { timeout: 300_000 }, () => {
  it.for(Object.entries(SHOWN))('%s is as it is told', ([section, shown], { skip }) => {
    if (obstacle !== undefined) skip(obstacle);

    expect(run(`${blockOf()}${blockOf(section)}`)).toMatch(shown);
  });
});

it('is told with a repro that is run here', () => {
  const told = [...PAGE.matchAll(/^### (CS-\d+)$/gm)].map(([, section]) => section);

  expect(told).toEqual(Object.keys(SHOWN));
});
