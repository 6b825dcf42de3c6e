import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { FileSystem } from '../../../ports/file-system.js';
import type { Kernel } from '../../../ports/kernel.js';
import type { MountCall } from '../../../ports/mounter.js';
import type { Capabilities } from '../../protocol/capabilities.js';
import { type Method, type Params, PROTOCOL_VERSION, type Result } from '../../protocol/methods.js';
import { ProtocolFault } from '../../protocol/protocol-fault.js';
import type { RemoteFiles, SequenceTarget } from '../sequence-target.js';
import type { TargetCapabilities } from '../target.js';
import type { ProgramClient } from './program-client.js';
import { type Ask, ProgramDriver } from './program-driver.js';
import { ProgramRemote } from './program-remote.js';
import { mountCallOf } from './mount-calls.js';
import { MountInfoWatch } from './mount-info-watch.js';
import { StraceFaults } from './strace-faults.js';
import { StraceMounts } from './strace-mounts.js';

/** What this machine offers where a testee works on its kernel. */
export interface ProgramHost {
  readonly files: FileSystem;
  readonly kernel: Pick<Kernel, 'mountInfo' | 'umask'>;
  /** `umount2` with flags 0. */
  umount(path: string): Promise<void>;
  /** Takes away every mount below a directory. */
  detach(directory: string): Promise<void>;
}

/** Where the judge learns from what a testee mounts. */
export type MountSource = 'testee' | 'mountinfo' | 'strace';

/** How a target on a testee is made. */
export interface ProgramTargetOptions {
  readonly name: string;
  readonly profile: ProfileName;
  readonly home: string;
  /** Absent where files of this machine are out of reach. */
  readonly host?: ProgramHost;
  readonly hidesHome: boolean;
  /** A testee that runs, to say hello to. */
  readonly client: ProgramClient;
  /** Starts another process of the program. */
  start(): ProgramClient;
  /** Looks at its mounts instead of being told of them. */
  readonly mountWatch?: MountInfoWatch | StraceMounts;
  /** Where what a fault does is written down; absent where none can be made. */
  readonly faultFile?: string;
}

/**
 * A driver behind a testee as a target.
 *
 * @internal
 */
export class ProgramTarget implements SequenceTarget {
  readonly name: string;
  readonly profile: ProfileName;
  readonly home: string;
  readonly driver: ProgramDriver;
  readonly hidesHome: boolean;
  /** Set once the testee has said that it tells its mounts. */
  mounts?: () => readonly MountCall[];
  /** Set once the testee has said that its files are not reached by path. */
  remote?: RemoteFiles;
  /** Absent where nobody looks at files by path. */
  faults?: StraceFaults;
  readonly #options: ProgramTargetOptions;
  readonly #ask: Ask;
  readonly #mounts: MountCall[] = [];
  #client: ProgramClient;
  #hello: Result<'hello'> | undefined;
  #isGone = false;

  constructor(options: ProgramTargetOptions) {
    this.#options = options;
    this.name = options.name;
    this.profile = options.profile;
    this.home = options.home;
    this.hidesHome = options.hidesHome;
    this.#client = options.client;
    this.#ask = (method, params) => this.#askOrEnd(method, params);
    this.driver = new ProgramDriver(this.#ask, (call) => this.#noteTold(call));
  }

  /** Starts the first driver; nothing else may be called before. */
  async begin(): Promise<Result<'hello'>> {
    const hello = await greet(this.#client, this.#options);
    this.#hello = hello;
    const { mountData } = hello.capabilities;
    const { mountWatch, faultFile } = this.#options;
    if (mountWatch instanceof StraceMounts) this.mounts = () => mountWatch.calls(this.home);
    else if (mountWatch !== undefined || mountData === true) this.mounts = () => this.#mounts;
    if (!this.isByPath) this.remote = new ProgramRemote(this.#ask);
    else if (faultFile !== undefined) {
      this.faults = new StraceFaults(() => this.#client, faultFile);
    }
    return hello;
  }

  /** What the testee has said that it can do. */
  get wire(): Capabilities {
    return this.#hello?.capabilities ?? {};
  }

  /** Whether its files are those of this machine, and looked at there. */
  get isByPath(): boolean {
    const { files, onDisk } = this.wire;
    return onDisk === true && files !== 'requests' && this.#options.host !== undefined;
  }

  get capabilities(): TargetCapabilities {
    const { quota = false, label = false, diff = false, onDisk = false } = this.wire;
    return { quota, label, diff, onDisk };
  }

  /** The testee that is asked now. */
  get client(): ProgramClient {
    return this.#client;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get files(): FileSystem {
    return this.#host.files;
  }

  get kernel(): Pick<Kernel, 'mountInfo' | 'umask'> {
    return this.#host.kernel;
  }

  async restart(process: 'same' | 'new'): Promise<void> {
    // What is in memory ends with the process: the testee is asked to act as if it were new.
    if (process === 'same' || this.wire.onDisk !== true) {
      await this.#client.ask('restart', process === 'same' ? {} : { process });
      return;
    }
    await this.#client.quit();
    this.#isGone = true;
    this.#client = this.#options.start();
    this.#hello = await greet(this.#client, this.#options);
    this.#isGone = false;
  }

  /** Has the testee unmount what is mounted on its disk, where this machine cannot be asked. */
  async unmountAll(): Promise<void> {
    const { host } = this.#options;
    if (this.remote === undefined || this.wire.onDisk !== true || host !== undefined) return;
    try {
      const { layers } = await this.remote.observe();
      for (const { id, mounted } of layers) if (mounted) await this.remote.umount(id);
    } catch {
      // The verdict is there; what the testee does not take away stays.
    }
  }

  umount(path: string): Promise<void> {
    return this.#host.umount(path);
  }

  dispose(): Promise<void> {
    return this.#client.quit();
  }

  /** A testee tells texts; what they mean is found as the kernel finds it. */
  #noteTold(call: MountCall): void {
    if (this.#options.mountWatch !== undefined) return;
    const { target, data, cwd = this.home } = call;
    this.#mounts.push({ ...call, ...mountCallOf({ target, data, cwd }, this.home) });
  }

  /** A process that was made to end gives no reply. */
  async #askOrEnd<Name extends Method>(method: Name, params: Params<Name>): Promise<Result<Name>> {
    try {
      const result = await this.#client.ask(method, params);
      await this.#lookForMounts();
      return result;
    } catch (error) {
      const isEnd = error instanceof ProtocolFault && error.fault === 'exit';
      if (isEnd && this.faults?.mayEnd === true) throw new EndedProcessError();
      throw error;
    }
  }

  async #lookForMounts(): Promise<void> {
    const { mountWatch } = this.#options;
    if (!(mountWatch instanceof MountInfoWatch)) return;
    this.#mounts.push(...(await mountWatch.look(this.home)));
  }

  get #host(): ProgramHost {
    const { host } = this.#options;
    if (host === undefined) throw new Error(`the files of ${this.name} are out of reach`);
    return host;
  }
}

/** The process of a driver has ended because it was to; named as the one of drivers in process. */
class EndedProcessError extends Error {
  override readonly name = 'CrashError';
}

/** Starts a driver in a testee. */
async function greet(
  client: ProgramClient,
  { home, profile }: Pick<ProgramTargetOptions, 'home' | 'profile'>,
): Promise<Result<'hello'>> {
  const hello = await client.ask('hello', {
    protocol: PROTOCOL_VERSION,
    home,
    profile,
    options: [],
  });
  if (hello.protocol === PROTOCOL_VERSION) return hello;
  throw client.wrong(`protocol ${hello.protocol} instead of ${PROTOCOL_VERSION}`);
}
