// The kernel matrix: the e2e tests as root in a virtual machine for each kernel, and the table of
// what holds where. `npm run matrix -- --help` says what it takes.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, type } from 'node:os';
import { join, resolve } from 'node:path';
import { parseOptions, USAGE, UsageError } from './matrix/options.mjs';
import { ROOT } from './root.mjs';

const HOST_CANNOT = 3;
/** What runs on the machines comes from here. */
const TESTED = ['src', 'test/e2e', 'test/helpers', 'test/contract', 'package-lock.json'];
const KERNELS = join(ROOT, 'vagrant/kernels.json');

try {
  const names = existsSync(KERNELS) ? namesIn(JSON.parse(readFileSync(KERNELS, 'utf8'))) : [];
  const options = parseOptions(process.argv.slice(2), names);
  if (options.helps) console.log(USAGE);
  else if (options.lists) console.log(names.join('\n'));
  else process.exitCode = await main(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function main(options) {
  const reason = whyNot();
  if (reason !== undefined) {
    console.error(`the matrix is not run: ${reason}`);
    return HOST_CANNOT;
  }
  // What follows needs the installed packages and the build; usage can be had without.
  const { runMatrix } = await import('./matrix/run-matrix.mjs');
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], {
    stdio: 'inherit',
  });
  if (built.status !== 0) return built.status ?? 1;
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => controller.abort(name));
  }
  return runMatrix(options, {
    commit: commit(),
    host: `${type()} ${release()}, ${cpus().length} processors, ${accelerator()}`,
    out: resolve(ROOT, options.out),
    signal: controller.signal,
  });
}

function whyNot() {
  if (process.platform !== 'linux') return 'machines are made on Linux';
  if (process.arch !== 'x64') return `there are kernels for x64 alone, and this is ${process.arch}`;
  return undefined;
}

/** Those that are to be had without a public box: the ones that run unasked. */
function namesIn({ kernels }) {
  return kernels.filter(({ debian }) => debian !== undefined).map(({ name }) => name);
}

function accelerator() {
  return existsSync('/dev/kvm') ? 'KVM' : 'emulation without KVM';
}

/** The last commit that changed what runs on the machines; later ones show the same. */
function commit() {
  const git = (...words) => spawnSync('git', words, { cwd: ROOT, encoding: 'utf8' }).stdout ?? '';
  const last = git('log', '-1', '--format=%H', '--', ...TESTED).trim();
  if (last === '') return 'unknown';
  const changed = git('status', '--porcelain', '--', ...TESTED).trim();
  return changed === '' ? last : `${last} +changes`;
}
