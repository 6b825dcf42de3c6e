/**
 * Establishes that the command line of containers/storage answers generated sequences as its
 * profile has it, that nothing is left behind, and that another profile tells it apart.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STORE_PROGRAM, whyNoStore } from '../../helpers/containers-storage.js';

const BIN = resolve('bin/overlay2-ref');
const RUNS = 30;
const obstacle = whyNoStore();

interface Sequences {
  readonly agrees: boolean;
  readonly sequences: number;
  readonly faults: readonly { readonly signature: string }[];
  readonly skipped: readonly { readonly what: string; readonly reason: string }[];
}

let stores: string;

beforeEach(({ skip }) => {
  if (obstacle !== undefined) skip(obstacle);
  stores = mkdtempSync(join(tmpdir(), 'overlay2-ref-stores-'));
});

afterEach(() => {
  if (obstacle === undefined) rmSync(stores, { recursive: true, force: true });
});

function check(...options: string[]): { code: number | null; err: string; told: Sequences } {
  const args = [
    'check',
    `${STORE_PROGRAM}:${stores}`,
    '--profile',
    STORE_PROGRAM,
    '--json',
    ...options,
  ];
  const run = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8' });
  const { sequences } = JSON.parse(run.stdout) as { sequences: Sequences };
  return { code: run.status, err: run.stderr, told: sequences };
}

describe('a store of containers/storage', { timeout: 900_000 }, () => {
  it('answers as its profile has it, and leaves nothing behind', () => {
    const { code, err, told } = check('--seed', '3', '--runs', String(RUNS), '--length', '25');

    expect(told).toMatchObject({ agrees: true, sequences: RUNS, faults: [] });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(told.skipped.map(({ what }) => what)).toContain('Cleanup');
    expect(readdirSync(stores)).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(stores);
  });

  it('is told apart by the profile of moby', () => {
    const { code, told } = check('--judge-profile', 'moby-20.10', '--seed', '3', '--runs', '1');

    expect(code).toBe(1);
    expect(told.faults.length).toBeGreaterThan(0);
  });
});
