import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphDriverError } from '../../../domain/errors.js';
import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { Surroundings } from '../../commands/operation.js';
import type { World } from '../../model/facts.js';
import type { Capabilities } from '../../protocol/capabilities.js';
import type { Result } from '../../protocol/methods.js';
import { SkippedOperation } from '../../protocol/protocol-fault.js';
import type { SequenceTargets, Skip } from '../sequence-target.js';
import { fitSequence, skipsOf } from './fit-sequence.js';
import { ProgramClient } from './program-client.js';
import { type MountSource, type ProgramHost, ProgramTarget } from './program-target.js';
import { MountInfoWatch } from './mount-info-watch.js';
import { StraceMounts } from './strace-mounts.js';
import type { TesteeLimits } from './testee-process.js';

const HOME_NAME = 'overlay2';
const NAME_BYTES_MAX = 255;
/** What `strace` has seen, beside the homes. */
const MOUNT_FILE = 'mounts.strace';
const FAULT_FILE = 'fault.strace';
const NOT_BY_PATH = 'its home is not looked at by path on this machine';
/** So many of the number of a home, so that all homes are of one length. */
const DIGITS = 7;
/** A process keeps what is process-wide, so that one is not used for ever. */
const SEQUENCES_PER_PROCESS = 50;

/** How a testee is reached. */
export interface ProgramTargetsOptions {
  /** `program:` and the command line. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly profile: ProfileName;
  readonly limits: TesteeLimits;
  /** Where its mounts are looked up; it tells of them itself unless told. */
  readonly mountData?: MountSource;
  /** An empty directory, absolute, on a file system that layers can lie on. */
  readonly place: string;
  /** What this machine offers; absent where it is out of reach, without root or native code. */
  readonly host?: ProgramHost;
  /** Finds out what answers depend on, on this machine. */
  learnWorld?(target: ProgramTarget): Promise<Omit<World, 'home'>>;
}

/**
 * Makes targets of the driver behind a testee.
 *
 * @throws ProtocolFault where it does not speak the protocol; GraphDriverError of code `host` where
 *   its driver cannot start here, or cannot be judged here.
 * @public
 * @since 0.1.0
 */
export async function programTargets(options: ProgramTargetsOptions): Promise<SequenceTargets> {
  const maker = new TargetMaker(options);
  try {
    return await maker.learn();
  } catch (error) {
    await maker.dispose();
    throw error;
  }
}

class TargetMaker {
  readonly #options: ProgramTargetsOptions;
  readonly #skips = new Map<string, Skip>();
  readonly #strace: StraceMounts | undefined;
  readonly #directories = new WeakMap<object, string>();
  /** A testee that may be asked for another home. */
  #idle: ProgramClient | undefined;
  #sequences = 0;
  #homes = 0;
  /** Known once the first testee was asked. */
  #capabilities: Capabilities | undefined;
  #hidesHome = false;

  constructor(options: ProgramTargetsOptions) {
    const { mountData, place } = options;
    this.#options = options;
    if (mountData === 'strace') this.#strace = new StraceMounts(join(place, MOUNT_FILE));
  }

  /** Asks a testee what it can do, on a home of its own. */
  async learn(): Promise<SequenceTargets> {
    const { name, profile } = this.#options;
    const probe = await this.#target(0);
    try {
      const { capabilities, world: told } = await this.#start(probe);
      this.#capabilities = capabilities;
      for (const skip of skipsOf(capabilities)) this.#skip(skip.what, skip.reason);
      await this.#expectLook(probe);
      const { mountData = 'testee' } = this.#options;
      if (mountData !== 'testee' && !probe.isByPath) {
        this.#skip(`mounts (--mountdata ${mountData})`, NOT_BY_PATH);
      }
      // What a testee says of itself cannot be judged, so that this machine is asked first.
      const learnt = capabilities.onDisk === true ? this.#options.learnWorld?.(probe) : undefined;
      const world = (await learnt) ?? told;
      if (world === undefined) {
        throw cannot(`${name} tells no world, and this machine's is out of reach`);
      }
      return {
        name,
        profile,
        facts: {
          homeLength: Buffer.byteLength(probe.home),
          paddingMax: NAME_BYTES_MAX - HOME_NAME.length,
          indexOff: world.indexOff,
          pageSize: world.pageSize,
        },
        waits: capabilities.onDisk === true,
        world,
        skips: () => [...this.#skips.values()],
        fit: (sequence) => fitSequence(sequence, capabilities),
        make: (surroundings, withFaults) => this.#make(surroundings, withFaults),
        remove: (target) => this.#remove(target as ProgramTarget),
        dispose: () => this.dispose(),
      };
    } finally {
      await this.#remove(probe);
    }
  }

  async dispose(): Promise<void> {
    await this.#idle?.quit();
    this.#idle = undefined;
  }

  async #make({ homePadding }: Surroundings, withFaults = false): Promise<ProgramTarget> {
    const target = await this.#target(homePadding, withFaults);
    try {
      await target.begin();
      if (withFaults && target.faults === undefined) {
        this.#skip('calls that fail and processes that end (--faults)', NOT_BY_PATH);
      }
      return target;
    } catch (error) {
      const fault = asFault(target, error);
      await this.#remove(target);
      throw fault;
    }
  }

  /** Makes a target that has not begun. */
  async #target(homePadding: number, withFaults = false): Promise<ProgramTarget> {
    const { name, profile, limits, place, host } = this.#options;
    const command = this.#strace?.wrap(this.#options.command) ?? this.#options.command;
    this.#homes += 1;
    const directory = join(place, `s-${String(this.#homes).padStart(DIGITS, '0')}`);
    if (this.#capabilities?.onDisk !== false) await mkdir(directory, { recursive: true });
    const start = (): ProgramClient =>
      new ProgramClient(command, limits, (method, reason) => this.#skip(method, reason));
    const client = this.#idle?.isAlive === true ? this.#idle : start();
    this.#idle = undefined;
    const target = new ProgramTarget({
      name,
      profile,
      home: join(directory, HOME_NAME + 'x'.repeat(homePadding)),
      client,
      start,
      hidesHome: this.#hidesHome,
      ...this.#mountWatch(),
      ...(withFaults ? { faultFile: join(place, FAULT_FILE) } : {}),
      ...(host === undefined ? {} : { host }),
    });
    this.#directories.set(target, directory);
    return target;
  }

  #mountWatch(): { readonly mountWatch?: MountInfoWatch | StraceMounts } {
    const { host, mountData } = this.#options;
    if (this.#strace !== undefined) return { mountWatch: this.#strace };
    if (mountData !== 'mountinfo' || host === undefined) return {};
    return { mountWatch: new MountInfoWatch(host.kernel) };
  }

  async #start(target: ProgramTarget): Promise<Result<'hello'>> {
    const { name } = this.#options;
    try {
      return await target.begin();
    } catch (error) {
      if (error instanceof GraphDriverError) {
        throw cannot(`${name} cannot start its driver here: ${error.message}`);
      }
      if (error instanceof SkippedOperation) throw cannot(`${name} skips hello: ${error.reason}`);
      throw error;
    }
  }

  /** Finds out whether the home can be looked at, by path or by asking for it. */
  async #expectLook({ remote, wire }: ProgramTarget): Promise<void> {
    const { name, host } = this.#options;
    if (wire.files === 'path' && host === undefined) {
      throw cannot(`${name} has its files looked at by path, which takes root and native code`);
    }
    try {
      await remote?.observe();
    } catch (error) {
      if (!(error instanceof SkippedOperation)) throw error;
      this.#hidesHome = true;
      const reason = 'nobody can look at it: it is not on disk, and dump is skipped';
      this.#skip('the home, and the laws that look at it', reason);
    }
  }

  async #remove(target: ProgramTarget): Promise<void> {
    const { client } = target;
    const { host } = this.#options;
    this.#sequences += 1;
    const isReused = client.isAlive && !target.isGone && this.#sequences < SEQUENCES_PER_PROCESS;
    if (isReused) await target.unmountAll();
    else {
      this.#sequences = 0;
      if (client.isAlive) await target.unmountAll();
      await (client.isAlive ? client.quit() : client.kill());
    }
    this.#idle = isReused && client.isAlive ? client : undefined;
    const directory = this.#directories.get(target);
    if (directory === undefined) return;
    await host?.detach(directory);
    await rm(directory, { recursive: true, force: true });
  }

  #skip(what: string, reason: string): void {
    if (!this.#skips.has(what)) this.#skips.set(what, { what, reason });
  }
}

function cannot(text: string): GraphDriverError {
  return new GraphDriverError('host', text);
}

/** A testee that has said hello once has to do so again. */
function asFault({ client }: ProgramTarget, error: unknown): unknown {
  if (!(error instanceof GraphDriverError || error instanceof SkippedOperation)) return error;
  return client.wrong(`a hello that fails, after one that did not: ${error.message}`);
}
