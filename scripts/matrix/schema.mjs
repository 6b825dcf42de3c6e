// The shape of matrix/results.json, and the JSON Schema of it that is checked in.
import { z } from 'zod';

/** One test on one kernel. */
const recordSchema = z.strictObject({
  kernel: z
    .string()
    .min(1)
    .describe('The line and the release that ran, as `6.1 (6.1.0-56-cloud-amd64)`.'),
  fileSystem: z
    .string()
    .min(1)
    .describe('Where the files of the check lay, as `xfs (prjquota)`; `-` where none matters.'),
  feature: z.string().min(1).describe('The part of the driver or of overlayfs that it shows.'),
  check: z.string().min(1).describe('What holds where it passes.'),
  status: z
    .enum(['pass', 'fail', 'unsupported', 'not-run'])
    .describe('`unsupported`: the kernel does not offer it, and says so in `reason`.'),
  reason: z
    .string()
    .min(1)
    .optional()
    .describe("What failed, the kernel's words, or why it was not run; not with `pass`."),
  probe: z.string().min(1).describe('What was done to find out: calls, or the test.'),
  milliseconds: z.int().min(0).describe('How long it took there; 0 where it was not run.'),
});

/** All that one commit showed on one machine. */
const runSchema = z.strictObject({
  commit: z.string().min(1).describe('Of the tests and the driver; ` +changes` where any were.'),
  date: z.iso.datetime().describe('When the last kernel of it ended, UTC.'),
  host: z.string().min(1).describe('The machine, and how it ran the kernels.'),
  records: z.array(recordSchema).describe('Sorted by feature, check, file system, kernel.'),
});

const resultsSchema = z.strictObject({
  runs: z.array(runSchema).describe('Newest first.'),
});

/** Gives the JSON Schema of the file, as text. */
export function matrixSchemaText() {
  const schema = z.toJSONSchema(resultsSchema, { io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'Kernel matrix' }, undefined, 2)}\n`;
}

/**
 * Reads a file of results.
 *
 * @throws Error that names the place in anything else.
 */
export function parseResults(text, name) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${name}: not JSON: ${error.message}`, { cause: error });
  }
  const parsed = resultsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${name}: ${issue.path.join('.')}: ${issue.message}`);
}
