/**
 * Establishes that moby's own drivers, behind the line protocol, answer as the models of their
 * profiles have it: a short campaign of a fixed seed on each peer that is built here, by the
 * command line that a user would give. What the seed's peer owes to the libraries of 20.10 that it
 * calls is known, and named in docs/findings.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const PEERS = process.env['OVERLAY2_REF_PEERS'] ?? join(CACHE, 'overlay2-ref/peers');
const RUNS = 40;

interface Report {
  readonly sequences: number;
  readonly faults: readonly { readonly rule?: string }[];
}

/** Runs a campaign and gives its report. */
function judge(program: string, options: readonly string[]): Report {
  const place = mkdtempSync(join(tmpdir(), 'o2r-go-'));
  const file = join(place, 'report.json');
  try {
    const run = spawnSync(
      process.execPath,
      [join(ROOT, 'bin/overlay2-ref'), 'check', `program:${program}`, '--no-real-input'].concat(
        ['--home-parent', place, '--runs', String(RUNS), '--seed', '3'],
        ['--report', `json=${file}`],
        options,
      ),
      { encoding: 'utf8', timeout: 240_000 },
    );
    if (!existsSync(file)) throw new Error(`no report: ${run.stdout}${run.stderr}`);
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const PAIRS = [
  { peer: '2010', profile: 'moby-20.10', known: [] },
  // The peer calls 20.10's unmounting, which compares whole names: docs/findings.md.
  { peer: 'seed', profile: 'moby-2019', known: ['Q-22'] },
] as const;

describe.each(PAIRS)(
  'the Go testee around $peer',
  { timeout: 300_000 },
  ({ peer, profile, known }) => {
    const program = join(PEERS, 'bin', `testee-go-${peer}`);

    it(`answers generated sequences as ${profile}`, ({ skip }) => {
      if (!existsSync(program)) skip(`${program} is not built here: see peers/README.md`);

      const { sequences, faults } = judge(program, ['--profile', profile]);

      const isUnknown = ({ rule = '' }: { rule?: string }): boolean =>
        !known.some((name) => name === rule);
      expect({ sequences, faults: faults.filter(isUnknown) }).toEqual({
        sequences: RUNS,
        faults: [],
      });
    });
  },
);

describe('the Go testee around 2010, judged as the seed', { timeout: 300_000 }, () => {
  const program = join(PEERS, 'bin/testee-go-2010');

  it('differs by version differences alone', ({ skip }) => {
    if (!existsSync(program)) skip(`${program} is not built here: see peers/README.md`);

    const { faults } = judge(program, ['--profile', 'moby-20.10', '--judge-profile', 'moby-2019']);

    expect(faults.length).toBeGreaterThan(0);
    for (const { rule } of faults) expect(rule).toMatch(/^(V-0[1-6]|Q-17|Q-22|Q-24)$/);
  });
});
