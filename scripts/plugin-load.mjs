// Many callers at once on `overlay2-ref plugin serve`: each makes layers, fills, mounts, compares
// and removes them, while thousands are there. Ends with figures, and with 1 where anything failed
// or was left behind. Needs root.
//
//   node scripts/plugin-load.mjs [--minutes 10] [--callers 64] [--layers 5000]
//                                [--profile strict] [--in-memory] [--json]
//
// With --in-memory the home lies on a tmpfs, so that the disk is not what is measured.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCallers } from './plugin-load/callers.mjs';
import { openClient } from './plugin-load/client.mjs';
import { describe, figuresOf, leftOf } from './plugin-load/figures.mjs';
import { startPlugin } from './plugin-load/program.mjs';
import { whyNoMountNamespace } from './run-vitest.mjs';

const INNER = 'OVERLAY2_REF_LOAD_DIRECTORY';
const SAMPLE_MS = 5000;
const EXIT = { failed: 1, usage: 2, hostCannot: 3 };

function readOptions() {
  const text = (value) => ({ type: 'string', default: value });
  const { values } = parseArgs({
    options: {
      minutes: text('10'),
      callers: text('64'),
      layers: text('5000'),
      profile: text('strict'),
      'in-memory': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [minutes, callers, layers] = [values.minutes, values.callers, values.layers].map(Number);
  if (!(minutes > 0 && callers >= 1 && layers >= callers)) {
    throw new TypeError('--minutes and --callers are above 0, and --layers not below --callers');
  }
  return { ...values, minutes, callers: Math.floor(callers), layers: Math.floor(layers) };
}

/** A mount namespace of its own ends every mount, and this process removes the files. */
function runInside() {
  const directory = mkdtempSync(join(tmpdir(), 'overlay2-ref-load-'));
  const words = ['-m', '--propagation', 'private', process.execPath, ...process.argv.slice(1)];
  const env = { ...process.env, [INNER]: directory };
  const inner = spawn('unshare', words, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => inner.kill(signal));
  inner.on('exit', (code) => {
    rmSync(directory, { recursive: true, force: true });
    process.exitCode = code ?? EXIT.failed;
  });
}

async function load(options, directory) {
  const root = join(directory, 'root');
  mkdirSync(root);
  if (options['in-memory']) spawnSync('mount', ['-t', 'tmpfs', 'overlay2-ref-load', root]);
  const home = join(root, 'overlay2');
  const plugin = await startPlugin(directory, options.profile);
  const client = openClient(plugin.socket, options.callers);
  try {
    await client.ask('Init', { Home: home, Opts: null, UIDMaps: null, GIDMaps: null });
    const samples = [];
    const take = () => samples.push(plugin.sample());
    const callers = startCallers(client, options, { onFull: take });
    const timer = setInterval(take, SAMPLE_MS);
    const told = await callers.done;
    clearInterval(timer);
    take();
    const left = leftOf(home);
    const code = await plugin.end();
    return figuresOf(options, told, samples, { ...left, exitCode: code });
  } finally {
    client.close();
    plugin.kill();
  }
}

try {
  const options = readOptions();
  const reason = whyNoMountNamespace();
  if (reason !== undefined) {
    process.stderr.write(`the load needs a mount namespace: ${reason}\n`);
    process.exitCode = EXIT.hostCannot;
  } else if (process.env[INNER] === undefined) {
    runInside();
  } else {
    const figures = await load(options, process.env[INNER]);
    process.stdout.write(options.json ? `${JSON.stringify(figures)}\n` : describe(figures));
    if (!figures.isGood) process.exitCode = EXIT.failed;
  }
} catch (error) {
  const isUsage = error instanceof TypeError;
  process.stderr.write(`plugin-load: ${isUsage ? error.message : error.stack}\n`);
  process.exitCode = isUsage ? EXIT.usage : EXIT.failed;
}
