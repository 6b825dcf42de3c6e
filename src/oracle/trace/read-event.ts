import { z } from 'zod';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import { PROFILE_NAMES } from '../../domain/profiles/find-profile.js';
import { WORLD } from '../protocol/capabilities.js';
import { isMethod, METHODS } from '../protocol/methods.js';
import { OUTCOME } from '../protocol/reply.js';
import { answerOf } from './to-answer.js';
import { operationOf } from './to-operation.js';
import { type ReadingPlace, TraceError, type TraceEvent, type TraceHead } from './trace-event.js';

const MOMENT = z.string().regex(/^-?\d{1,20}$/, 'not a number of nanoseconds');

const HEAD = z.object({
  trace: z.literal(1),
  home: z.string().regex(/^\//, 'not an absolute path'),
  profile: z.enum(PROFILE_NAMES).exactOptional(),
  world: WORLD.partial().exactOptional(),
  files: z.enum(['recorded', 'unseen']).exactOptional(),
});

const EVENT = z
  .looseObject({
    method: z.string(),
    params: z.looseObject({}).exactOptional(),
    start: MOMENT,
    end: MOMENT,
    caller: z.int().nonnegative().exactOptional(),
  })
  .and(OUTCOME);

/** Calls that say nothing of layers. */
const PASSED_OVER: ReadonlySet<string> = new Set(['dump', 'quit']);

/** What a line holds. */
export type TraceLine =
  | { readonly kind: 'head'; readonly head: TraceHead }
  | { readonly kind: 'event'; readonly event: TraceEvent }
  | { readonly kind: 'nothing' };

/**
 * Reads one line of a history.
 *
 * @throws TraceError for a line that is of another form.
 * @internal
 */
export async function readTraceLine(text: string, place: ReadingPlace): Promise<TraceLine> {
  const { line } = place;
  if (text.trim() === '') return { kind: 'nothing' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new TraceError(line, `not JSON: ${messageOf(error)}`);
  }
  if (typeof json === 'object' && json !== null && 'trace' in json) {
    return { kind: 'head', head: check(line, HEAD, json) as TraceHead };
  }
  const { method, params = {}, start, end, caller, ...outcome } = check(line, EVENT, json);
  if (outcome.skipped !== undefined || PASSED_OVER.has(method)) return { kind: 'nothing' };
  if (method === 'batch') throw new TraceError(line, 'a batch has no moments of its requests');
  if (!isMethod(method)) throw new TraceError(line, `unknown method ${JSON.stringify(method)}`);
  const [began, ended] = [BigInt(start), BigInt(end)];
  if (ended < began) throw new TraceError(line, 'it ends before it starts');
  const { params: paramsForm, result: resultForm } = METHODS[method];
  const call = { method, params: check(line, paramsForm, params, 'params') };
  if (outcome.result !== undefined) check(line, resultForm, outcome.result, 'result');
  try {
    const operation = await operationOf(call, place);
    if (operation === undefined) return { kind: 'nothing' };
    const answer = await answerOf(method, outcome);
    if (operation.op === 'get' && answer.ok && answer.value.kind === 'path') {
      place.trees.set(answer.value.path, operation.id);
    }
    const moments = { line, operation, answer, began, ended };
    return { kind: 'event', event: caller === undefined ? moments : { ...moments, caller } };
  } catch (error) {
    if (error instanceof GraphDriverError)
      throw new TraceError(line, `${method}: ${error.message}`);
    throw error;
  }
}

function check<Form extends z.ZodType>(
  line: number,
  form: Form,
  value: unknown,
  where = '',
): z.infer<Form> {
  const checked = form.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = [where, ...(issue?.path.map(String) ?? [])].filter((part) => part !== '').join('.');
  const what = issue?.message ?? 'not as it has to be';
  throw new TraceError(line, path === '' ? what : `${path}: ${what}`);
}
