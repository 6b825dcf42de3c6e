/** Reads scenarios and fixtures, makes homes for them, and runs the recorded peers again. */
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { canonicalAnswers, type Answer } from './scenario-canonical.js';
import type { ArchiveText, Scenario } from './scenario-types.js';

const SCENARIOS = join(import.meta.dirname, '../scenarios');
const FIXTURES = join(import.meta.dirname, '../fixtures/scenarios');
const HOME_LENGTH_BYTES = 48;
const PEER_OUTPUT_MAX_BYTES = 256 * 1024 * 1024;

/** What a peer answered to a scenario. */
export interface Fixture {
  readonly scenario: string;
  /** The kernel it was recorded on, `major.minor`. */
  readonly kernel: string;
  readonly answers: readonly Answer[];
  /** Those that moby 20.10 gave otherwise, by their step. */
  readonly moby2010?: readonly Answer[];
}

/** Names of all scenarios. */
export function scenarioNames(): readonly string[] {
  return readdirSync(SCENARIOS)
    .map((file) => file.replace(/\.json$/, ''))
    .sort();
}

/** Reads a scenario. */
export function readScenario(name: string): Scenario {
  return JSON.parse(readFileSync(join(SCENARIOS, `${name}.json`), 'utf8')) as Scenario;
}

/** Reads what was recorded of a scenario. */
export function readFixture(name: string): Fixture {
  return JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as Fixture;
}

/** Gives the bytes of an archive in a fixture. */
export function unpackArchive(archive: ArchiveText): Buffer {
  if (archive.gzip === undefined) throw new Error('the fixture holds only a digest');
  return gunzipSync(Buffer.from(archive.gzip, 'base64'));
}

/** A fresh place for a home of the scenario's length, and what removes it. */
export interface ScenarioHome {
  readonly home: string;
  remove(): void;
}

/** Makes the directory that will hold a scenario's home, so deep that the home's path fits. */
export function makeScenarioHome(scenario: Scenario): ScenarioHome {
  const base = mkdtempSync(join(tmpdir(), 'o2r-'));
  const name = scenario.homeName ?? 'overlay2';
  const wanted = scenario.homeLength ?? HOME_LENGTH_BYTES;
  const padding = wanted - Buffer.byteLength(`${base}//${name}`);
  if (padding < 1) {
    rmSync(base, { recursive: true });
    throw new Error(`${base} is too long for a home of ${wanted} bytes: set TMPDIR=/tmp`);
  }
  const root = join(base, 'p'.repeat(padding));
  mkdirSync(root, { mode: 0o755 });
  return {
    home: join(root, name),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Gives the path of a peer's witness; undefined where it is not built. */
export function findWitness(peer: 'seed' | '2010'): string | undefined {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const peers = process.env['OVERLAY2_REF_PEERS'] ?? join(cache, 'overlay2-ref/peers');
  const path = join(peers, 'bin', `witness-${peer}`);
  return existsSync(path) ? path : undefined;
}

/** Plays a scenario on a peer, now, and gives its canonical answers, archives as base64. */
export function playOnPeer(witness: string, scenario: Scenario): Answer[] {
  const { home, remove } = makeScenarioHome(scenario);
  try {
    const { steps, umask = '022' } = scenario;
    const input = JSON.stringify({ home, umask, steps });
    const output = execFileSync('unshare', ['-m', '--propagation', 'private', witness], {
      input,
      maxBuffer: PEER_OUTPUT_MAX_BYTES,
      encoding: 'utf8',
    });
    const lines = output.trimEnd().split('\n');
    return canonicalAnswers(
      steps,
      lines.map((line) => JSON.parse(line) as Answer),
      home,
    );
  } finally {
    remove();
  }
}
