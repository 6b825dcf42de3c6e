import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphDriverError, messageOf } from '../domain/errors.js';
import { failureOf } from '../oracle/commands/failure.js';
import { drain } from './drain.js';
import { LAYER_METHODS, sizeAnswer } from './layer-methods.js';
import { type LayerRequest, parseInitCall, parseLayerRequest } from './parse-request.js';
import { readJson } from './read-json.js';
import { ReceivedArchive } from './receive-archive.js';
import { RequestError } from './request-error.js';
import { sendArchive } from './send-archive.js';
import type { PluginSession } from './session.js';

const OK = 200;
const NOT_FOUND = 404;
const NOT_ALLOWED = 405;
const BAD_REQUEST = 400;
const FAULT = 500;
const CONTENT_TYPE = 'application/vnd.docker.plugins.v1.2+json';
const PREFIX = '/GraphDriver.';

/**
 * How a call ended, for the log.
 *
 * @internal
 */
export interface CallOutcome {
  /** `GraphDriver.Get` and the like, or the path that was asked for. */
  readonly method: string;
  readonly id?: string;
  readonly parent?: string;
  readonly status: number;
  /** Of an archive that was sent or received. */
  readonly bytes?: number;
  /** What it failed with. */
  readonly error?: unknown;
}

/** What is known of a call while it runs. */
type Told = Omit<CallOutcome, 'status'>;

/**
 * Answers one request of the graph driver protocol. A driver's failure is an answer of status 200
 * with the text in `Err`; only a Diff, whose answer is the archive, fails with another status.
 *
 * @returns how it ended; it does not throw.
 * @source moby daemon/graphdriver/proxy.go
 * @internal
 */
export async function answerCall(
  session: PluginSession,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<CallOutcome> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const told: Told = { method: path.slice(1) };
  try {
    if (request.method !== 'POST') throw new RequestError(NOT_ALLOWED, 'calls are made by POST');
    if (path === '/Plugin.Activate') return await activate(request, response, told);
    const name = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : '';
    if (name === 'ApplyDiff') return await applyDiff(session, request, response, told, query);
    if (name === 'Diff') return await diff(session, request, response, told);
    return await answerJson(session, request, response, told, name);
  } catch (error) {
    return fail(request, response, told, error);
  }
}

async function activate(
  request: IncomingMessage,
  response: ServerResponse,
  told: Told,
): Promise<CallOutcome> {
  await drain(request);
  return give(response, told, '{"Implements":["GraphDriver"]}');
}

async function answerJson(
  session: PluginSession,
  request: IncomingMessage,
  response: ServerResponse,
  told: Told,
  name: string,
): Promise<CallOutcome> {
  const method = LAYER_METHODS.get(name);
  if (method === undefined && name !== 'Init' && name !== 'Capabilities') {
    throw new RequestError(NOT_FOUND, `there is no ${told.method}`);
  }
  const members = await readJson(request);
  if (name === 'Init') {
    await session.init(parseInitCall(members));
    return give(response, told, '{}');
  }
  if (method === undefined) {
    // An archive that was made anew differs from the one that was applied, so it never reproduces.
    return give(response, told, '{"Capabilities":{"ReproducesExactDiffs":false}}');
  }
  const asked = parseLayerRequest(members);
  const known = { ...told, ...subjectOf(asked) };
  try {
    return give(response, known, await session.use((work) => method(work, asked)));
  } catch (error) {
    return fail(request, response, known, error);
  }
}

async function diff(
  session: PluginSession,
  request: IncomingMessage,
  response: ServerResponse,
  told: Told,
): Promise<CallOutcome> {
  const { id, parent } = parseLayerRequest(await readJson(request));
  const known = { ...told, ...subjectOf({ id, parent }) };
  try {
    const { bytes, failure } = await session.use(async ({ driver }) =>
      sendArchive(response, await driver.diff(id, parent)),
    );
    const error = failure === undefined ? {} : { error: failure };
    return { ...known, status: OK, bytes, ...error };
  } catch (error) {
    return giveFailure(response, known, FAULT, error);
  }
}

async function applyDiff(
  session: PluginSession,
  request: IncomingMessage,
  response: ServerResponse,
  told: Told,
  query: string,
): Promise<CallOutcome> {
  const parameters = new URLSearchParams(query);
  const id = parameters.get('id') ?? '';
  const parent = parameters.get('parent') ?? '';
  const known = { ...told, ...subjectOf({ id, parent }) };
  if (!parameters.has('id')) throw new RequestError(BAD_REQUEST, 'the query names no id');
  const archive = new ReceivedArchive(request);
  try {
    const size = await session.use(({ driver }) => driver.applyDiff(id, parent, archive));
    await drain(request);
    return { ...give(response, known, sizeAnswer(size)), bytes: archive.bytes };
  } catch (error) {
    return { ...(await fail(request, response, known, error)), bytes: archive.bytes };
  }
}

async function fail(
  request: IncomingMessage,
  response: ServerResponse,
  told: Told,
  error: unknown,
): Promise<CallOutcome> {
  await drain(request);
  if (error instanceof RequestError) return giveFailure(response, told, error.status, error);
  return giveFailure(response, told, isOfDriver(error) ? OK : FAULT, error);
}

function give(response: ServerResponse, told: Told, json: string, status = OK): CallOutcome {
  const body = `${json}\n`;
  response.writeHead(status, {
    'Content-Type': CONTENT_TYPE,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
  return { ...told, status };
}

function giveFailure(
  response: ServerResponse,
  told: Told,
  status: number,
  error: unknown,
): CallOutcome {
  if (response.headersSent) {
    response.destroy();
    return { ...told, status, error };
  }
  const body = JSON.stringify(toldOf(error));
  return { ...give(response, told, body, status), error };
}

/**
 * Tells a failure. `Code` and `Errno` are not of the protocol, and the daemon passes over them:
 * they are for whoever judges this driver through its socket.
 */
function toldOf(error: unknown): object {
  // An empty text would mean that all went well.
  const text = messageOf(error) || 'the driver failed without a word';
  if (error instanceof RequestError) return { Err: text };
  if (!isOfDriver(error)) return { Err: `internal: ${text}` };
  const { code, errno } = failureOf(error);
  return { Err: text, Code: code, ...(errno === undefined ? {} : { Errno: errno }) };
}

/** What a line of the log names. */
function subjectOf({ id, parent }: Pick<LayerRequest, 'id' | 'parent'>): Partial<Told> {
  return { ...(id === '' ? {} : { id }), ...(parent === '' ? {} : { parent }) };
}

/** What the driver means to say; anything else is a fault of this program. */
function isOfDriver(error: unknown): boolean {
  if (error instanceof GraphDriverError) return true;
  // Where the seed panics, moby-2019 does too.
  return error instanceof Error && 'code' in error && error.code === 'panic';
}
