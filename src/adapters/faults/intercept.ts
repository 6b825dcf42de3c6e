import { OPEN } from '../../domain/host/open-flags.js';
import { concatBytes, decodeUtf8, encodeUtf8, equalBytes } from '../../domain/utf8.js';
import type { FileSystem } from '../../ports/file-system.js';
import type { Mounter } from '../../ports/mounter.js';
import type { Quota } from '../../ports/quota.js';
import type { ArgumentSummary, Around, CallEffect, PortCall, PortName } from './port-call.js';
import {
  DIRECTORY_METHODS,
  FILE_METHODS,
  FILE_SYSTEM_METHODS,
  MOUNTER_METHODS,
  QUOTA_METHODS,
} from './port-methods.js';
import type { PortMethod } from './port-methods.js';

/**
 * The ports that have an effect outside of the process.
 *
 * @internal
 */
export interface OutwardPorts {
  readonly fs: FileSystem;
  readonly mounter: Mounter;
  readonly quota: Quota;
}

/** What is wrapped: the object itself, and for a handle its path and how errors call it. */
interface Wrapped {
  readonly target: object;
  readonly path: Uint8Array;
  readonly told: string;
}

type Methods = Readonly<Record<string, PortMethod>>;

const SLASH = encodeUtf8('/');
const DOT = encodeUtf8('.');
const HANDLE_METHODS = { file: FILE_METHODS, directory: DIRECTORY_METHODS };
/** The argument of `open` and `openat` that holds the flags. */
const FLAGS_AT = 1;

/**
 * Puts something around every call of the outward ports and of the handles they give out; the
 * other ports stay as they are. Wrapping what is wrapped already is fine: the last is outermost.
 *
 * @param isWatching - asked at every call; while it says no, calls pass as if nothing stood around
 *   them, at little cost.
 * @returns the ports with the same behaviour but for what `around` does.
 * @internal
 */
export function interceptPorts<Ports extends OutwardPorts>(
  ports: Ports,
  around: Around,
  isWatching: () => boolean = always,
): Ports {
  const interceptor = new Interceptor(around, isWatching);
  return {
    ...ports,
    fs: interceptor.wrapPort(ports.fs, 'fs', FILE_SYSTEM_METHODS),
    mounter: interceptor.wrapPort(ports.mounter, 'mounter', MOUNTER_METHODS),
    quota: interceptor.wrapPort(ports.quota, 'quota', QUOTA_METHODS),
  };
}

function always(): boolean {
  return true;
}

class Interceptor {
  readonly #around: Around;
  readonly #isWatching: () => boolean;
  /** What each proxy stands for: an adapter takes its own handles as arguments, not proxies. */
  readonly #wrapped = new WeakMap<object, Wrapped>();

  constructor(around: Around, isWatching: () => boolean) {
    this.#around = around;
    this.#isWatching = isWatching;
  }

  wrapPort<Port extends object>(target: Port, port: PortName, methods: Methods): Port {
    return this.#wrap({ target, path: new Uint8Array(), told: '' }, port, methods) as Port;
  }

  #wrap(wrapped: Wrapped, port: PortName, methods: Methods): object {
    const proxy = new Proxy(wrapped.target, {
      get: (target, name): unknown => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const bound = (...args: readonly unknown[]): unknown => Reflect.apply(value, target, args);
        if (typeof name !== 'string' || !Object.hasOwn(methods, name)) return bound;
        const method = methods[name] as PortMethod;
        return (...args: readonly unknown[]): Promise<unknown> =>
          this.#make({ wrapped, port, name, method, args }, bound);
      },
    });
    this.#wrapped.set(proxy, wrapped);
    return proxy;
  }

  async #make(made: MadeCall, bound: (...args: readonly unknown[]) => unknown): Promise<unknown> {
    const { gives } = made.method;
    const args = made.args.map((argument) => this.#known(argument)?.target ?? argument);
    const isWatched = this.#isWatching();
    if (!isWatched && gives === undefined) return bound(...args);
    const call = this.#describe(made);
    const perform = async (): Promise<unknown> => bound(...args);
    const result = await (isWatched ? this.#around(call, perform) : perform());
    if (gives === undefined) return result;
    const [path] = call.paths;
    const handle = {
      target: result as object,
      path: path ?? made.wrapped.path,
      told: call.told.path ?? '',
    };
    return this.#wrap(handle, gives, HANDLE_METHODS[gives]);
  }

  #describe({ wrapped, port, name, method, args }: MadeCall): PortCall {
    const isHandle = port === 'file' || port === 'directory';
    const names = method.names.map((at) => nameOf(args[at]));
    const [path, dest] = names.map(decodeUtf8);
    return {
      port,
      call: name,
      effect: effectOf(method, args),
      subject: isHandle ? decodeUtf8(wrapped.path) : '',
      args: args.map((argument, at) => this.#summarize(argument, method.names.includes(at))),
      paths: this.#pathsOf({ wrapped, port, name, method, args }, names),
      handle: isHandle ? wrapped.target : undefined,
      opens: method.gives !== undefined,
      told: {
        syscall: method.syscall,
        path: path ?? wrapped.told,
        ...(dest === undefined ? {} : { dest }),
      },
    };
  }

  #pathsOf(made: MadeCall, names: readonly Uint8Array[]): readonly Uint8Array[] {
    const { wrapped, port, args } = made;
    if (names.length === 0) return [wrapped.path];
    if (port !== 'directory') return names;
    // A call between two directories takes one name from here and one from the other.
    const [other] = args.flatMap((argument) => this.#known(argument) ?? []);
    const bases = made.name === 'linkat' ? [other, wrapped] : [wrapped, other ?? wrapped];
    return names.map((name, at) => joinPath((bases[at] ?? wrapped).path, name));
  }

  #summarize(argument: unknown, isName: boolean): ArgumentSummary {
    const known = this.#known(argument);
    if (known !== undefined) return decodeUtf8(known.path);
    if (argument instanceof Uint8Array) {
      return isName ? decodeUtf8(argument) : { bytes: argument.length };
    }
    return summarizeValue(argument);
  }

  #known(argument: unknown): Wrapped | undefined {
    return typeof argument === 'object' && argument !== null
      ? this.#wrapped.get(argument)
      : undefined;
  }
}

interface MadeCall {
  readonly wrapped: Wrapped;
  readonly port: PortName;
  readonly name: string;
  readonly method: PortMethod;
  readonly args: readonly unknown[];
}

function effectOf(method: PortMethod, args: readonly unknown[]): CallEffect {
  if (method.effect !== 'open') return method.effect;
  const writes = (Number(args[FLAGS_AT]) & (OPEN.CREATE | OPEN.TRUNCATE)) !== 0;
  return writes ? 'change' : 'none';
}

/** A path, a name, or the target of a mount. */
function nameOf(argument: unknown): Uint8Array {
  if (argument instanceof Uint8Array) return argument.slice();
  if (typeof argument === 'string') return encodeUtf8(argument);
  return encodeUtf8(String(Reflect.get(Object(argument), 'target')));
}

function joinPath(directory: Uint8Array, name: Uint8Array): Uint8Array {
  if (name.length === 0 || equalBytes(name, DOT)) return directory;
  const separator = directory.at(-1) === SLASH[0] ? new Uint8Array() : SLASH;
  return concatBytes(directory, separator, name);
}

function summarizeValue(value: unknown): ArgumentSummary {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (Array.isArray(value)) return value.map(summarizeValue);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, summarizeValue(inner)]),
  );
}
