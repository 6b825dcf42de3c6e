import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { readTraceLine } from '../../oracle/trace/read-event.js';
import { TraceError, type TraceEvent, type TraceHead } from '../../oracle/trace/trace-event.js';
import { UsageError } from '../exit-code.js';

/** One home's history. */
export interface History {
  readonly head: TraceHead;
  readonly events: readonly TraceEvent[];
}

/**
 * Reads the histories of a file, line by line; a line that says where the home is begins another
 * one.
 *
 * @param file - `-` for standard input.
 * @param home - of a file whose first line does not say.
 * @throws UsageError for a file that cannot be read, or a line that is not of a history.
 * @internal
 */
export async function* readTrace(
  file: string,
  stdin: Readable,
  home: string | undefined,
): AsyncGenerator<History> {
  let head: TraceHead | undefined = home === undefined ? undefined : { home };
  let events: TraceEvent[] = [];
  let [line, hasBegun] = [0, false];
  const trees = new Map<string, string>();
  try {
    for await (const text of linesOf(file, stdin)) {
      line += 1;
      const place = { line, home: head?.home ?? '', hasBegun, trees };
      const read = await readTraceLine(text, place);
      if (read.kind === 'nothing') {
        hasBegun ||= text.includes('"hello"');
        continue;
      }
      if (read.kind === 'head') {
        if (head !== undefined && events.length > 0) yield { head, events };
        [head, events, hasBegun] = [read.head, [], false];
        trees.clear();
        continue;
      }
      if (head === undefined) {
        throw new TraceError(
          line,
          'the first line has to say {"trace":1,"home":…}, or --home does',
        );
      }
      hasBegun = true;
      events.push(read.event);
    }
  } catch (error) {
    if (error instanceof TraceError) throw new UsageError(`${file}: ${error.message}`);
    const isRefused = error instanceof Error && 'syscall' in error;
    throw isRefused ? new UsageError(error.message) : error;
  }
  if (head !== undefined && events.length > 0) yield { head, events };
}

function linesOf(file: string, stdin: Readable): AsyncIterable<string> {
  const input = file === '-' ? stdin : createReadStream(file);
  return createInterface({ input, crlfDelay: Infinity });
}
