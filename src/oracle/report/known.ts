import { z } from 'zod';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import type { CheckReport, ReportedFault } from './check-report.js';
import { headline } from './headline.js';

const NOT_EXPLAINED = 'not explained yet';

/** One disagreement that is known, as the file has it. */
const knownSchema = z.strictObject({
  target: z.string().min(1).describe('Which target shows it: a name as `check` takes it.'),
  rule: z.string().describe('The rule that it breaks, as the report names it; may be empty.'),
  pattern: z
    .string()
    .min(1)
    .refine(isPattern, 'not a regular expression')
    .describe('A regular expression that finds it in its name or its line of what broke.'),
  reason: z.string().min(1).describe('Why it is so.'),
  link: z.string().optional().describe('Where to read more.'),
});

/**
 * The file of known disagreements.
 *
 * @internal
 */
export const knownFileSchema = z.array(knownSchema);

/**
 * A disagreement that is known.
 *
 * @public
 * @since 0.1.0
 */
export type KnownDisagreement = z.infer<typeof knownSchema>;

/**
 * Reads a file of known disagreements.
 *
 * @throws GraphDriverError of code `known` for anything else.
 * @public
 * @since 0.1.0
 */
export function parseKnown(text: string, name: string): readonly KnownDisagreement[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new GraphDriverError('known', `${name}: not JSON: ${messageOf(error)}`, { cause: error });
  }
  const parsed = knownFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new GraphDriverError('known', `${name}: ${where}: ${issue?.message ?? 'not such a file'}`);
}

/**
 * Marks the faults of a report that are known, and names what is listed for its target and did not
 * happen. A check that was interrupted, or of a part of the sequences, cannot tell that.
 *
 * @public
 * @since 0.1.0
 */
export function markKnown(report: CheckReport, known: readonly KnownDisagreement[]): CheckReport {
  const own = known.filter(({ target }) => target === report.target);
  const seen = new Set<KnownDisagreement>();
  const faults = report.faults.map((fault): ReportedFault => {
    const matching = own.filter((it) => isListed(fault, it));
    for (const it of matching) seen.add(it);
    const [first] = matching;
    if (first === undefined) return fault;
    const { reason, link } = first;
    return { ...fault, known: { reason, ...(link === undefined ? {} : { link }) } };
  });
  const isWhole = report.interrupted !== true && isEveryShard(report.shards);
  const stale = isWhole ? own.filter((it) => !seen.has(it)) : [];
  const agrees = stale.length === 0 && faults.every((fault) => fault.known !== undefined);
  return { ...report, faults, stale, agrees };
}

/**
 * Gives the file as it has to be for a report: what is listed and happens stays, what does not
 * happen goes, what is new is added without a reason. Other targets' entries stay.
 *
 * @public
 * @since 0.1.0
 */
export function updateKnown(
  report: CheckReport,
  known: readonly KnownDisagreement[],
): readonly KnownDisagreement[] {
  const { stale = [], faults, target } = markKnown(report, known);
  const kept = known.filter((it) => !stale.includes(it));
  const added = faults
    .filter((fault) => fault.known === undefined)
    .map(({ rule, fault }) => {
      return { target, rule, pattern: `^${escapePattern(fault)}$`, reason: NOT_EXPLAINED };
    });
  return [...kept, ...added];
}

/** The pattern may find the fault by its name or by what is told of it. */
function isListed(fault: ReportedFault, { rule, pattern }: KnownDisagreement): boolean {
  if (rule !== fault.rule) return false;
  const expression = new RegExp(pattern, 'u');
  return expression.test(fault.fault) || expression.test(headline(fault));
}

function isEveryShard(shards: readonly string[]): boolean {
  const of = shards[0]?.split('/')[1] ?? '1';
  const parts = new Set(shards.map((shard) => shard.split('/')[0]));
  return parts.size === Number(of) && shards.every((shard) => shard.endsWith(`/${of}`));
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    // A text that is no expression is told to whoever wrote it.
    return false;
  }
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
}
