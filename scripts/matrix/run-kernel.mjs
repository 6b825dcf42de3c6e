// Runs the tests on one kernel and makes records of it, also where its machine breaks.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '../root.mjs';
import { NOT_SHIPPED } from './build-tests.mjs';
import { runContained } from './contained.mjs';
import { eventsIn, recordsOf } from './records.mjs';

/** What precedes an event of the reporter on a console. */
const MARK = '@matrix ';
/** What building the image of a machine may take, beside the time of the machine. */
const BUILD_SECONDS = 1800;
const TAIL_LINES = 8;
/** Words for the kernel's command line that `NAME+VARIANT` stands for. */
const VARIANTS = { selinux: 'security=selinux selinux=1 enforcing=0' };
const LATE = 124;
const MACHINE = 'machine';
const RUNS = 'boots, and runs the tests to their end';

/** What the exit codes of `vagrant/run-vm` and `run-vagrant` say of a machine. */
const BROKEN = {
  3: 'this host cannot run it',
  4: 'this kernel is not to be had any more',
  [LATE]: 'it was stopped, since its time was over',
  125: 'it did not boot, or its kernel panicked',
};

/**
 * Runs the tests on a kernel.
 *
 * @param name - of vagrant/kernels.json, or `host`; with `+` and a variant for another boot line.
 * @param job - `tree`; `seed`; `folder` for what it leaves; `programs`, where run-vm lies;
 * `options` of the command line; `signal`; `onTest`, called with the count of tests that are over.
 * @returns `records`; `seconds`; `isBroken` where the machine was; `isLate` where it was stopped
 * for its time; `isMissing` where there is no such kernel, or no way to run it.
 */
export async function runKernel(name, job) {
  const { folder, options, signal, onTest } = job;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  const began = performance.now();
  const log = join(folder, 'log');
  let text = '';
  let tests = 0;
  const onText = (chunk) => {
    text += chunk;
    appendFileSync(log, chunk);
    const now = text.split(`${MARK}{"type":"test"`).length - 1;
    if (now > tests) onTest(now);
    tests = now;
  };
  const limitSeconds = options.timeoutSeconds + BUILD_SECONDS;
  const box = options.isLocal ? { OVERLAY2_REF_LOCAL: '1' } : {};
  const env = { ...process.env, ...box, TMPDIR: join(folder, 'tmp') };
  const words = name === 'host' ? onHost(job) : inMachine(name, job);
  const code = await runContained(words, { cwd: ROOT, env, limitSeconds, signal, onText });
  rmSync(join(folder, 'tmp'), { recursive: true, force: true });
  const seconds = Math.round((performance.now() - began) / 1000);
  return { ...judge(name, { code, text, folder, log, seconds, options }), seconds };
}

function onHost({ tree, seed, folder, options }) {
  const records = `MATRIX_RECORDS=${join(folder, 'records.ndjson')}`;
  return ['env', `FC_SEED=${seed}`, records, 'sh', join(tree, 'run-tests'), ...options.only];
}

function inMachine(name, { tree, seed, folder, programs, options }) {
  const program = join(programs, options.runner);
  const [line, variant] = name.split('+');
  const append = variant === undefined ? [] : ['--append', VARIANTS[variant]];
  const places = ['--src', tree, '--out', folder, '--timeout', String(options.timeoutSeconds)];
  const env = [
    'OVERLAY2_REF_OWN_KERNEL=1',
    `FC_SEED=${seed}`,
    'MATRIX_RECORDS=/out/records.ndjson',
  ];
  const command = ['env', ...env, 'sh', '/src/run-tests', ...options.only];
  return [program, line, ...places, ...append, '--', ...command];
}

function judge(name, { code, text, folder, log, seconds, options }) {
  const file = join(folder, 'records.ndjson');
  const inFile = existsSync(file) ? eventsIn(readFileSync(file, 'utf8'), '') : [];
  const onConsole = eventsIn(text, MARK);
  const events = inFile.length >= onConsole.length ? inFile : onConsole;
  const start = events.find(({ type }) => type === 'start');
  const isWhole = events.some(({ type }) => type === 'end') && (code === 0 || code === 1);
  const kernel = `${name} (${start?.release ?? (name === 'host' ? release() : 'not booted')})`;
  const guest = { kernel, fileSystem: start?.fileSystem ?? '-' };
  const machine = {
    kernel,
    fileSystem: '-',
    feature: MACHINE,
    check: RUNS,
    status: isWhole ? 'pass' : 'not-run',
    ...(isWhole ? {} : { reason: whyBroken(code, text, log) }),
    probe: name === 'host' ? 'the tests on this machine' : `vagrant/${options.runner} ${name}`,
    milliseconds: isWhole ? 1000 * seconds : 0,
  };
  const left = options.only.length === 0 && start !== undefined ? notShipped(kernel) : [];
  const records = [...left, machine, ...recordsOf(events, guest)];
  const isMissing = start === undefined && (code === 3 || code === 4);
  const isLate = !isWhole && (code === undefined || code === LATE);
  return { kernel, records, isBroken: !isWhole && !isMissing && !isLate, isLate, isMissing };
}

function whyBroken(code, text, log) {
  const what = code === undefined ? BROKEN[LATE] : (BROKEN[code] ?? `it ended with ${code}`);
  const tail = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes(MARK))
    .slice(-TAIL_LINES)
    .map((line) => line.trim().slice(0, 200));
  return `${what}; all of it is in ${relative(ROOT, log)}, its end: ${tail.join(' | ')}`;
}

function notShipped(kernel) {
  return Object.entries(NOT_SHIPPED).map(([path, reason]) => ({
    kernel,
    fileSystem: '-',
    feature: path.split('/')[2],
    check: path,
    status: 'not-run',
    reason,
    probe: path,
    milliseconds: 0,
  }));
}
