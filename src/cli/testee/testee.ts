import { type Command, Option } from 'commander';
import { failureOf } from '../../oracle/commands/failure.js';
import { REQUEST, type Outcome } from '../../oracle/protocol/reply.js';
import { LineReader } from '../../oracle/targets/program/line-reader.js';
import { TESTEE_LIMITS } from '../../oracle/targets/program/testee-process.js';
import { UsageError } from '../exit-code.js';
import { writeTo } from '../output.js';
import { packageVersion } from '../package-version.js';
import type { CliStreams } from '../streams.js';
import { fakeBackend, linuxBackend } from './testee-backends.js';
import { TesteeSession } from './testee-session.js';

const STDOUT = 'standard output';

interface TesteeOptions {
  readonly backend: 'fake' | 'linux';
  readonly files: 'path' | 'requests';
}

/**
 * Adds `testee`, which puts this program's own driver behind the line protocol.
 *
 * @internal
 */
export function registerTestee(program: Command, streams: CliStreams): void {
  program
    .command('testee')
    .description("serve this program's own driver by the line protocol, on stdin and stdout")
    .addOption(
      new Option('--backend <name>', 'the driver in memory, or the one on this kernel')
        .choices(['fake', 'linux'])
        .default('fake'),
    )
    .addOption(
      new Option('--files <how>', 'linux: whether the judge looks at files by path or asks')
        .choices(['path', 'requests'])
        .default('path'),
    )
    .action((options: TesteeOptions) => serve(streams, options));
}

async function serve(streams: CliStreams, { backend, files }: TesteeOptions): Promise<void> {
  const version = packageVersion();
  const session = new TesteeSession(
    backend === 'fake' ? fakeBackend(version) : linuxBackend(version, files),
  );
  const reader = new LineReader(TESTEE_LIMITS.lineBytesMax);
  const decoder = new TextDecoder();
  // Calls fail on purpose, thousands of times a second; nobody reads those stacks.
  Error.stackTraceLimit = 0;
  try {
    for await (const chunk of streams.stdin as AsyncIterable<Uint8Array>) {
      const { lines, oversized } = reader.push(chunk);
      for (const line of lines) {
        const { text, isLast } = await reply(session, decoder.decode(line));
        await writeTo(streams.stdout, `${text}\n`, STDOUT);
        if (isLast) return;
      }
      if (oversized !== undefined) throw new UsageError('a line that is too long');
    }
  } finally {
    await session.dispose();
  }
}

/** Answers a line; one that is no request is answered by an error, too, so that nobody waits. */
async function reply(
  session: TesteeSession,
  line: string,
): Promise<{ readonly text: string; readonly isLast: boolean }> {
  let request;
  try {
    request = REQUEST.parse(JSON.parse(line));
  } catch (error) {
    const { message } = failureOf(error);
    const outcome: Outcome = { error: { message: `not a request: ${message}`, code: 'protocol' } };
    return { text: JSON.stringify({ id: 0, ...outcome }), isLast: false };
  }
  const { id, method, params = {} } = request;
  const outcome = await session.perform(method, params);
  return { text: JSON.stringify({ id, ...outcome }), isLast: method === 'quit' };
}
