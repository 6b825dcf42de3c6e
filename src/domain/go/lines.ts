import { utf8ByteLength } from '../utf8.js';

/** Bytes that a line, with its newline, may have. */
const LINE_BYTES_MAX = 65536;

/**
 * What Go's line scanner gives of a text.
 *
 * @internal
 */
export interface ScannedLines {
  readonly lines: readonly string[];
  /** Whether the scan stopped at a line that was too long; `lines` holds those before it. */
  readonly tooLong: boolean;
}

/**
 * Splits a text into lines as `bufio.Scanner` does: without their `\n` or `\r\n`, no empty line
 * after the last newline, and nothing from a line of 64 KiB on.
 *
 * @source Go 1.13 bufio/scan.go Scanner, ScanLines
 * @internal
 */
export function scanLines(text: string): ScannedLines {
  const raw = text.split('\n');
  if (raw.at(-1) === '') raw.pop();
  const end = raw.findIndex((line) => utf8ByteLength(line) >= LINE_BYTES_MAX);
  const kept = end < 0 ? raw : raw.slice(0, end);
  return { lines: kept.map(withoutReturn), tooLong: end >= 0 };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
