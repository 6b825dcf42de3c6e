import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type FileVerdict, verifyFile } from '../../oracle/vectors/verify-vectors.js';
import { CommandExit, EXIT, UsageError } from '../exit-code.js';
import { oneLine } from '../failure.js';
import { writeJson, writeTo } from '../output.js';
import { reportFailure } from '../report-failure.js';
import type { CliStreams } from '../streams.js';
import { generateVectors } from './generate-vectors.js';
import { VectorTargets } from './vector-targets.js';

const LABEL = 'overlay2-ref vectors';
const STDOUT = 'standard output';
const FAILURES_TOLD_MAX = 10;
const TEXT_TOLD_MAX = 400;

/** The vectors that come with this package. */
const OWN = fileURLToPath(new URL('../../../vectors', import.meta.url));

interface VectorsOptions {
  readonly out?: string;
  readonly json?: boolean;
}

/**
 * Adds `vectors`, which writes and verifies the test vectors.
 *
 * @internal
 */
export function registerVectors(program: Command, streams: CliStreams): void {
  const vectors = program
    .command('vectors')
    .description('test vectors of every pure rule, for programs in any language')
    .option('--out <directory>', 'write them there')
    .option('--json', 'one JSON document')
    .action((options: VectorsOptions) => told(streams, options, () => write(streams, options)));
  vectors
    .command('verify')
    .description('ask our own code every question of every file')
    .argument('[directory]', 'the vectors that come with the package, unless told')
    .action((directory: string | undefined) => {
      const options = vectors.opts<VectorsOptions>();
      return told(streams, options, () => verify(streams, directory ?? OWN, options));
    });
}

async function told(
  streams: CliStreams,
  { json = false }: VectorsOptions,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof CommandExit) throw error;
    throw new CommandExit(await reportFailure(error, streams, { label: LABEL, json }));
  }
}

async function write(streams: CliStreams, { out, json = false }: VectorsOptions): Promise<void> {
  if (out === undefined) throw new UsageError('--out says where to write; or use vectors verify');
  await asUsage(() => mkdir(out, { recursive: true }));
  const files: { readonly file: string; readonly vectors: number }[] = [];
  for await (const { name, text, vectors } of generateVectors()) {
    await asUsage(() => writeFile(join(out, name), text));
    files.push({ file: name, vectors });
  }
  const total = files.reduce((sum, { vectors }) => sum + vectors, 0);
  if (json) return writeJson(streams.stdout, { out, total, files }, STDOUT);
  const lines = files.map(({ file, vectors }) => `${file}: ${vectors}`);
  await writeTo(streams.stdout, `${lines.join('\n')}\n${total} vectors in ${out}\n`, STDOUT);
}

async function verify(
  streams: CliStreams,
  directory: string,
  { json = false }: VectorsOptions,
): Promise<void> {
  const all = await asUsage(() => readdir(directory));
  const names = all.filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) throw new UsageError(`there are no vectors in ${directory}`);
  const targets = new VectorTargets();
  const verdicts: FileVerdict[] = [];
  try {
    for (const name of names) {
      const text = await asUsage(() => readFile(join(directory, name), 'utf8'));
      verdicts.push(await verifyFile(name, text, targets.get));
    }
  } finally {
    await targets.dispose();
  }
  const agrees = verdicts.every((it) => it.malformed === undefined && it.failures.length === 0);
  const total = verdicts.reduce((sum, { vectors }) => sum + vectors, 0);
  if (json) await writeJson(streams.stdout, { directory, agrees, total, files: verdicts }, STDOUT);
  else {
    const end = `${total} vectors: ${agrees ? 'all are as our code has it' : 'DIVERGES'}`;
    const lines = [...verdicts.flatMap(linesOf), end];
    await writeTo(streams.stdout, `${lines.map(oneLine).join('\n')}\n`, STDOUT);
  }
  if (!agrees) throw new CommandExit(EXIT.FAILED);
}

function linesOf({ file, vectors, failures, malformed }: FileVerdict): readonly string[] {
  if (malformed !== undefined) return [`${file}: malformed: ${malformed}`];
  if (failures.length === 0) return [`${file}: ${vectors}`];
  const lines = failures
    .slice(0, FAILURES_TOLD_MAX)
    .flatMap((failure) => [
      `  ${failure.id} (${failure.comment})`,
      `    expected ${failure.expected.slice(0, TEXT_TOLD_MAX)}`,
      `    actual   ${failure.actual.slice(0, TEXT_TOLD_MAX)}`,
    ]);
  return [`${file}: ${vectors}, ${failures.length} of them WRONG`, ...lines];
}

/** What the file system refuses is the caller's business. */
async function asUsage<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
