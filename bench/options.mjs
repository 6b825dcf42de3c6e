// Reads the command line of the benchmark.
import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run bench -- [--rounds N] [--only KEY,…] [--json] [--peer PROGRAM]

  --rounds N      rounds of every work, instead of each work's own number
  --only KEY,…    only works whose key begins so (create, getput, apply, diff, changes, memory,
                  rules, fake, model, sequences, kernel, plugin)
  --json          print the rows as JSON instead of a table
  --peer PROGRAM  the peer, by default bench-peer-2010 of npm run bench:peer

Run it as root. TMPDIR names the file system that is measured.`;

/** Gives the options, or undefined when they make no sense. */
export function readOptions(argv) {
  const options = {
    rounds: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    peer: { type: 'string' },
  };
  try {
    const { values } = parseArgs({ args: argv, options });
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) return undefined;
    const prefixes = values.only?.split(',') ?? [''];
    const wants = (key) => prefixes.some((prefix) => key.startsWith(prefix));
    return { rounds, wants, json: values.json, peer: values.peer };
  } catch {
    return undefined;
  }
}
