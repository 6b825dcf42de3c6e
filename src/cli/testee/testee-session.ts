import { GraphDriverError } from '../../domain/errors.js';
import { bytesOfText, textOfBytes } from '../../oracle/commands/byte-text.js';
import { changeFile } from '../../oracle/commands/change-file.js';
import { failureOf } from '../../oracle/commands/failure.js';
import { tamper } from '../../oracle/commands/tamper.js';
import { walkAt } from '../../oracle/commands/run-operation.js';
import { streamOf } from '../../oracle/commands/write-archive.js';
import type { Capabilities } from '../../oracle/protocol/capabilities.js';
import { fromWireChange } from '../../oracle/protocol/file-changes.js';
import {
  isMethod,
  type Method,
  METHODS,
  type Params,
  PROTOCOL_VERSION,
  type Result,
} from '../../oracle/protocol/methods.js';
import { fromBase64, toWireName } from '../../oracle/protocol/names.js';
import { BATCH, type Outcome } from '../../oracle/protocol/reply.js';
import { toWireEntry } from '../../oracle/protocol/tree-entries.js';
import type { ComposedTarget } from '../targets/composed-target.js';
import { worldOf } from '../targets/world-of.js';
import { dumpHome } from './dump-home.js';

/** How a testee's driver is reached. */
export interface TesteeBackend {
  /** Of the implementation, with its version. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Starts a driver on a home. */
  start(hello: Params<'hello'>): Promise<ComposedTarget>;
}

type Handler<Name extends Method> = (
  session: Session,
  params: Params<Name>,
) => Promise<Result<Name>>;

/** A driver that was greeted. */
interface Session {
  readonly target: ComposedTarget;
}

/**
 * Answers the requests of one judge, one after the other.
 *
 * @internal
 */
export class TesteeSession {
  readonly #backend: TesteeBackend;
  #target: ComposedTarget | undefined;

  constructor(backend: TesteeBackend) {
    this.#backend = backend;
  }

  /** Performs a request; whatever fails is an outcome, too. */
  async perform(method: string, params: unknown): Promise<Outcome> {
    try {
      if (method === 'batch') return { result: await this.#batch(params) };
      if (!isMethod(method)) return { skipped: { reason: `unknown method ${method}` } };
      const parsed = METHODS[method].params.safeParse(params);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const message = `params.${issue?.path.join('.')}: ${issue?.message}`;
        return { error: { message, code: 'protocol' } };
      }
      if (method === 'hello') return { result: await this.#hello(parsed.data as Params<'hello'>) };
      if (method === 'quit') return { result: {} };
      if (this.#target === undefined) throw new GraphDriverError('protocol', 'nobody said hello');
      const handle = HANDLERS[method] as (session: Session, params: unknown) => Promise<object>;
      return { result: { ...(await handle({ target: this.#target }, parsed.data)) } };
    } catch (error) {
      const { ok: _ok, ...told } = failureOf(error);
      return { error: told };
    }
  }

  /** Ends the driver; what is mounted stays. */
  async dispose(): Promise<void> {
    await this.#target?.dispose();
    this.#target = undefined;
  }

  async #hello(params: Params<'hello'>): Promise<Result<'hello'>> {
    await this.dispose();
    const target = await this.#backend.start(params);
    this.#target = target;
    const { name, capabilities } = this.#backend;
    const world = await worldOf(target);
    return { protocol: PROTOCOL_VERSION, name, capabilities, world: { ...world } };
  }

  async #batch(params: unknown): Promise<{ replies: Outcome[] }> {
    const replies: Outcome[] = [];
    for (const { method, params: own = {} } of BATCH.params.parse(params).requests) {
      replies.push(await this.perform(method, own));
    }
    return { replies };
  }
}

const HANDLERS: Readonly<{ [Name in Exclude<Method, 'hello' | 'quit'>]: Handler<Name> }> = {
  async create({ target }, { id, parent, storageOpt = {} }) {
    await target.driver.create(id, parent, { storageOpt: new Map(Object.entries(storageOpt)) });
    return {};
  },
  async createReadWrite({ target }, { id, parent, storageOpt = {} }) {
    const options = { storageOpt: new Map(Object.entries(storageOpt)) };
    await target.driver.createReadWrite(id, parent, options);
    return {};
  },
  async remove({ target }, { id }) {
    await target.driver.remove(id);
    return {};
  },
  async get({ target }, { id, label = '' }) {
    const before = target.mounts().length;
    const path = await target.driver.get(id, label);
    const mounts = target.mounts().slice(before);
    return { path, mounts: mounts.map(({ layers: _layers, ...call }) => call) };
  },
  async put({ target }, { id }) {
    await target.driver.put(id);
    return {};
  },
  exists: async ({ target }, { id }) => ({ exists: await target.driver.exists(id) }),
  async getMetadata({ target }, { id }) {
    return { metadata: { ...(await target.driver.getMetadata(id)) } };
  },
  async status({ target }) {
    const rows = await target.driver.status();
    return { status: rows.map(([key, value]) => [key, value]) };
  },
  async cleanup({ target }) {
    await target.driver.cleanup();
    return {};
  },
  async applyDiff({ target }, { id, parent, archive }) {
    const bytes = bytesOfText(fromBase64(archive));
    return { size: String(await target.driver.applyDiff(id, parent, streamOf(bytes))) };
  },
  async diff({ target }, { id, parent }) {
    const parts: Uint8Array[] = [];
    for await (const part of await target.driver.diff(id, parent)) parts.push(Buffer.from(part));
    return { archive: Buffer.concat(parts).toString('base64') };
  },
  async diffSize({ target }, { id, parent }) {
    return { size: String(await target.driver.diffSize(id, parent)) };
  },
  async changes({ target }, { id, parent }) {
    const changes = await target.driver.changes(id, parent);
    return {
      changes: changes.map(({ path, kind }) => ({ path: toWireName(textOfBytes(path)), kind })),
    };
  },
  async restart({ target }, { process = 'same' }) {
    await target.restart(process);
    return {};
  },
  async dump({ target }) {
    return { entries: [...(await dumpHome(target.files, target.home))] };
  },
  async file({ target }, { path, change }) {
    await changeFile(target.files, path, fromWireChange(change));
    return {};
  },
  walk: async ({ target }, { path }) => ({
    entries: (await walkAt(target, path)).map(toWireEntry),
  }),
  async umount({ target }, { id }) {
    await target.umount(`${target.home}/${id}/merged`);
    return {};
  },
  async tamper({ target }, operation) {
    await tamper(target.files, target.home, { op: 'tamper', ...operation });
    return {};
  },
};
