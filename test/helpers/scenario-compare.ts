/** Compares a driver's answers with recorded ones and tells the first difference. */
import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { describeArchiveDifference } from './scenario-archive.js';
import type { Answer, LogLine } from './scenario-canonical.js';
import type { ArchiveText, Correction, Step } from './scenario-types.js';

/** Lines at these levels are part of the answer; what is only said while debugging is not. */
const COMPARED_LEVELS = new Set(['warning', 'error']);

/** Gives an archive's bytes; undefined where the fixture holds its digest alone. */
export type Unpack = (archive: ArchiveText) => Uint8Array;

/**
 * Compares step by step.
 *
 * @returns the first difference in words; undefined when the answers are the same.
 */
export function describeDifference(
  steps: readonly Step[],
  expected: readonly Answer[],
  actual: readonly Answer[],
  unpack: Unpack,
): string | undefined {
  for (const [number, step] of steps.entries()) {
    const recorded = expected[number];
    const given = actual[number];
    if (recorded === undefined || given === undefined) return `step ${number} has no answer`;
    const wanted = correct(recorded, step.seed);
    const difference = compareAnswers(step, wanted, given, unpack);
    if (difference === undefined) continue;
    const { note, ...shown } = step;
    const about = note === undefined ? '' : ` (${note})`;
    return `step ${number}${about} ${abbreviate(shown)}:\n${difference}`;
  }
  return undefined;
}

/** Turns what the recorded peer answered into what the seed answers. */
export function correct(answer: Answer, correction: Correction | undefined): Answer {
  if (correction === undefined) return answer;
  const { lines = [], ok, error, logs } = correction;
  const replaced =
    Array.isArray(answer.ok) && lines.length > 0 ? replaceLines(answer.ok as string[], lines) : ok;
  const outcome =
    error !== undefined ? { error } : { ok: replaced === undefined ? answer.ok : replaced };
  const logged = logs ?? answer.logs;
  return { step: answer.step, ...outcome, ...(logged === undefined ? {} : { logs: logged }) };
}

function replaceLines(
  recorded: readonly string[],
  lines: readonly (readonly [string, string | null])[],
): string[] {
  const replacements = new Map(lines);
  for (const line of replacements.keys()) {
    if (!recorded.includes(line)) throw new Error(`nothing to correct: ${line}`);
  }
  return recorded
    .map((line) => (replacements.has(line) ? replacements.get(line) : line))
    .filter((line) => line !== null && line !== undefined);
}

function compareAnswers(
  step: Step,
  expected: Answer,
  actual: Answer,
  unpack: Unpack,
): string | undefined {
  if (kindOf(expected) !== kindOf(actual)) {
    return `expected ${show(expected)}\ngot      ${show(actual)}`;
  }
  if (step.loose !== undefined) return undefined;
  return (
    compareFailures(expected, actual) ??
    compareTold(expected.ok ?? expected.also, actual.ok ?? actual.also, unpack) ??
    compareLogs(expected.logs, actual.logs)
  );
}

function kindOf(answer: Answer): string {
  if (answer.panic !== undefined) return 'panic';
  return answer.error === undefined ? 'ok' : 'error';
}

function compareFailures(expected: Answer, actual: Answer): string | undefined {
  if (expected.panic !== actual.panic) return compareTexts(expected.panic, actual.panic);
  if (expected.error?.message !== actual.error?.message) {
    return compareTexts(expected.error?.message, actual.error?.message);
  }
  // The seed drops the errno of some failures where it only formats them.
  if (expected.error?.errno === undefined) return undefined;
  return expected.error.errno === actual.error?.errno
    ? undefined
    : compareTexts(expected.error.errno, actual.error?.errno);
}

function compareTexts(expected: string | undefined, actual: string | undefined): string {
  return `expected ${JSON.stringify(expected)}\ngot      ${JSON.stringify(actual)}`;
}

function compareTold(expected: unknown, actual: unknown, unpack: Unpack): string | undefined {
  if (isListOfText(expected) && isListOfText(actual)) return compareLists(expected, actual);
  if (!hasArchive(expected)) {
    const wanted = expected ?? undefined;
    return isDeepStrictEqual(wanted, actual ?? undefined)
      ? undefined
      : `expected ${JSON.stringify(wanted)}\ngot      ${JSON.stringify(actual)}`;
  }
  if (!hasArchive(actual)) return 'expected an archive';
  // The listing is for the reader of the fixture; the archive says all of it.
  const { archive: wanted, listing = [], ...rest } = expected;
  const { archive: given, ...others } = actual;
  const inArchive = describeArchiveDifference(
    Buffer.from(unpack(wanted as ArchiveText)),
    Buffer.from(given as string, 'base64'),
  );
  if (inArchive !== undefined) {
    const members = (listing as string[]).map((line) => `\n  ${line}`).join('');
    return `archives differ at ${inArchive}\nexpected members:${members}`;
  }
  return compareTold(rest, others, unpack);
}

function isListOfText(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function hasArchive(value: unknown): value is Record<string, unknown> & { archive: unknown } {
  return typeof value === 'object' && value !== null && 'archive' in value;
}

function compareLists(expected: readonly string[], actual: readonly string[]): string | undefined {
  if (isDeepStrictEqual(expected, actual)) return undefined;
  const missing = expected.filter((line) => !actual.includes(line));
  const surplus = actual.filter((line) => !expected.includes(line));
  if (missing.length === 0 && surplus.length === 0) return 'the same lines in another order';
  return [...missing.map((line) => `- ${line}`), ...surplus.map((line) => `+ ${line}`)].join('\n');
}

function compareLogs(
  expected: readonly LogLine[] = [],
  actual: readonly LogLine[] = [],
): string | undefined {
  const wanted = comparedLines(expected);
  const given = comparedLines(actual);
  const difference = compareLists(wanted, given);
  return difference === undefined ? undefined : `log lines differ:\n${difference}`;
}

function comparedLines(logs: readonly LogLine[]): string[] {
  return logs
    .filter(({ level }) => COMPARED_LEVELS.has(level))
    .map(({ level, message }) => `${level}: ${message}`);
}

function show(answer: Answer): string {
  return abbreviate({ ...answer, step: undefined });
}

function abbreviate(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 400 ? text : `${text.slice(0, 400)}…`;
}
