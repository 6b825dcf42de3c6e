// The words of the command line of `npm run matrix`.
import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run matrix [-- OPTIONS]

Runs the e2e tests as root in a virtual machine for each kernel of vagrant/kernels.json, and writes
matrix/results.json and matrix/index.html.

  --kernel NAME   only this kernel, and others named so; \`host\` is this machine itself, and
                  \`6.1+selinux\` is 6.1 booted with SELinux, its policy not enforced
  --local         bare QEMU, with KVM where it is to be had (this is what it does unasked)
  --vagrant       through Vagrant instead: public boxes, or with --local too the one built here
  --only PATTERN  only test files whose path contains it, and others named so
  --jobs N        machines at a time (1)
  --timeout S     seconds that a machine may take before it is stopped (3600)
  --fresh         also kernels that an interrupted run of the same tests has finished
  --keep          keep what machines left, consoles included, also where all is well
  --out DIR       write the results and the page there
  --json          the records of this run on stdout
  --list          the names of the kernels, and no more
  --help

Exit codes: 0 no check failed, 1 one did or a machine broke, 2 usage, 3 no machine
can be had here, or one was too slow for its time.`;

const OPTIONS = {
  kernel: { type: 'string', multiple: true, default: [] },
  local: { type: 'boolean', default: false },
  vagrant: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] },
  jobs: { type: 'string', default: '1' },
  timeout: { type: 'string', default: '3600' },
  fresh: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  out: { type: 'string', default: 'matrix' },
  json: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** Says that the command line is wrong, in one line. */
export class UsageError extends Error {}

/**
 * Reads the command line.
 *
 * @param names - of the kernels that there are.
 * @throws UsageError for anything that it does not know.
 */
export function parseOptions(words, names) {
  const values = parse(words);
  const known = [...names, 'host'];
  const isKnown = (name) => known.includes(name.replace(/\+selinux$/, ''));
  const unknown = values.kernel.find((name) => !isKnown(name) || name.startsWith('host+'));
  if (unknown !== undefined) {
    throw new UsageError(`no kernel ${unknown}: there are ${known.join(', ')}`);
  }
  return {
    kernels: values.kernel.length === 0 ? names : [...new Set(values.kernel)],
    isLocal: values.local,
    runner: values.vagrant ? 'run-vagrant' : 'run-vm',
    only: values.only,
    jobs: count(values.jobs, '--jobs'),
    timeoutSeconds: count(values.timeout, '--timeout'),
    isFresh: values.fresh,
    keeps: values.keep,
    out: values.out,
    isJson: values.json,
    lists: values.list,
    helps: values.help,
  };
}

function parse(words) {
  try {
    return parseArgs({ args: words, options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error.message.split('\n')[0], { cause: error });
  }
}

function count(text, option) {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new UsageError(`${option} ${text}: not a number of 1 or more`);
}
