// Measures this driver side by side with moby's, prints the ratios, and writes
// bench/results/latest.json. docs/benchmarks.md tells what is measured, and how.
//
// The outer process makes the directory for everything that a run writes, and removes it, however
// the run ends. The inner one runs in a mount namespace of its own, which ends every mount.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ARCHIVES, makeArchive } from './archives.mjs';
import { FAKE_KEY, measureFake } from './fake.mjs';
import { describeHost } from './host.mjs';
import { IN_PROCESS_KEY, measureRules } from './in-process.mjs';
import { measureMemory, MEMORY_PAIRS } from './memory.mjs';
import { measureModel, MODEL_KEY } from './model.mjs';
import { measureMounts, MOUNTS_KEY } from './mounts.mjs';
import { readOptions, USAGE } from './options.mjs';
import { PLUGIN_WORKS, startPluginSides } from './plugin.mjs';
import { formatTable, workRow } from './report.mjs';
import { runRounds } from './rounds.mjs';
import { measureSequences, SEQUENCES_KEY } from './sequences.mjs';
import { Session } from './session.mjs';
import { makeChain, WORKS } from './works.mjs';

const INNER = 'OVERLAY2_REF_BENCH_DIRECTORY';
const WARMUPS = 3;
/** No work through a socket stands on more layers. */
const PLUGIN_CHAIN_LENGTH = 2;
const EXIT = { usage: 2, hostCannot: 3 };
const results = fileURLToPath(new URL('results', import.meta.url));
const options = readOptions(process.argv.slice(2));

if (options === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = EXIT.usage;
} else if (process.getuid?.() !== 0) {
  process.stderr.write('the benchmark mounts, and has to run as root\n');
  process.exitCode = EXIT.hostCannot;
} else if (process.env[INNER] === undefined) {
  process.exitCode = await runInside();
} else {
  await measureAll(process.env[INNER]);
}

async function runInside() {
  const directory = mkdtempSync(join(tmpdir(), 'overlay2-ref-bench-'));
  const unshare = ['-m', '--propagation', 'private', process.execPath, ...process.argv.slice(1)];
  const inner = spawn('unshare', unshare, {
    stdio: 'inherit',
    env: { ...process.env, [INNER]: directory },
  });
  // Whoever ends this process ends the run; what it wrote is removed after that.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => inner.kill(signal));
  try {
    const [code] = await once(inner, 'exit');
    return code ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function measureAll(directory) {
  const program = findPeer();
  const works = WORKS.filter(({ key }) => options.wants(key));
  const pairs = MEMORY_PAIRS.filter(({ key }) => options.wants(key));
  const pluginWorks = PLUGIN_WORKS.filter(({ key }) => options.wants(key));
  const archives = makeArchives(directory, [...works, ...pluginWorks], pairs);
  const rows = options.wants(IN_PROCESS_KEY) ? await measureRules() : [];
  if (options.wants(FAKE_KEY)) rows.push(...(await measureFake()));
  if (options.wants(MODEL_KEY)) rows.push(...(await measureModel()));
  if (options.wants(SEQUENCES_KEY)) rows.push(...(await measureSequences()));
  if (options.wants(MOUNTS_KEY)) rows.push(...(await measureMounts(directory)));
  let peer;
  if (works.length > 0) {
    const sides = await startSides(directory, program);
    peer = sides.peer?.name;
    for (const side of Object.values(sides)) await makeChain(side);
    for (const work of works) rows.push(await measure(work, sides, archives, directory));
    for (const side of Object.values(sides)) await side.end();
  }
  if (pluginWorks.length > 0) {
    const sides = await startPluginSides(directory, program);
    for (const side of Object.values(sides)) await makeChain(side, PLUGIN_CHAIN_LENGTH);
    for (const work of pluginWorks) rows.push(await measure(work, sides, archives, directory));
    for (const side of Object.values(sides)) await side.end();
  }
  for (const pair of pairs) rows.push(...(await measureMemory(pair, archives, directory)));
  report(rows, describeHost(directory, peer));
}

function findPeer() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const peers = process.env.OVERLAY2_REF_PEERS ?? join(cache, 'overlay2-ref/peers');
  const program = options.peer ?? join(peers, 'bin/bench-peer-2010');
  if (existsSync(program)) return program;
  process.stderr.write(`no ratios: ${String(program)} is missing; npm run bench:peer builds it\n`);
  return undefined;
}

function makeArchives(directory, works, pairs) {
  const wanted = new Set([
    ...works.flatMap((work) => work.archives ?? []),
    ...pairs.flatMap(({ pair }) => pair),
  ]);
  const names = Object.keys(ARCHIVES).filter((name) => wanted.has(name));
  return Object.fromEntries(names.map((name) => [name, makeArchive(directory, name)]));
}

/** Homes have names of one length: it decides when mount options are too long. */
async function startSides(directory, program) {
  const home = (name) => {
    const path = join(directory, `home-${name}`);
    mkdirSync(path);
    return path;
  };
  const sides = { ours: await Session.ours(home('o'), 'moby-2019') };
  if (program !== undefined) sides.peer = await Session.peer(program, home('p'));
  sides.strict = await Session.ours(home('s'), 'strict');
  return sides;
}

async function measure(work, sides, archives, directory) {
  process.stderr.write(`${work.name}…\n`);
  const rounds = options.rounds ?? work.rounds;
  const extract = work.gnuTar && { archive: archives[work.gnuTar], directory };
  const warmups = work.warmups ?? WARMUPS;
  const { strict, ...compared } = sides;
  const samples = await runRounds(work, compared, archives, { rounds, warmups, extract });
  // Strict syncs all it writes, and would hand that work of the disk on to whoever comes next.
  const alone = await runRounds(work, { strict }, archives, { rounds, warmups });
  return workRow(work, { ...samples, ...alone }, rounds);
}

function report(rows, host) {
  const told = rows.map((row) => ({ ...row, host }));
  const json = `${JSON.stringify(told, undefined, 2)}\n`;
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'latest.json'), json);
  process.stdout.write(options.json ? json : `${formatTable(rows)}\n\n${host}\n`);
}
