import { type ComposedHost, composeLinuxHost } from '../../composition.js';
import { GraphDriverError } from '../../domain/errors.js';
import type { Profile } from '../../domain/profiles/profile.js';
import { ProtocolFault } from '../../oracle/protocol/protocol-fault.js';
import { Divergence } from '../../oracle/real-input/divergence.js';
import type { MountSource, ProgramHost } from '../../oracle/targets/program/program-target.js';
import { programTargets } from '../../oracle/targets/program/program-targets.js';
import { TESTEE_LIMITS } from '../../oracle/targets/program/testee-process.js';
import type { SequenceTargets } from '../../oracle/targets/sequence-target.js';
import { UsageError } from '../exit-code.js';
import type { CliStreams } from '../streams.js';
import { detachBelow } from './detach-below.js';
import { splitCommand } from './split-command.js';
import { worldOf } from './world-of.js';

const PREFIX = 'program:';
const EXPECTED = 'one reply, as docs/protocol.md has it';
const UMOUNT_FLAGS = 0;

/** How a program is reached. */
export interface ProgramUse {
  /** `program:` and the command line. */
  readonly name: string;
  readonly profile: Profile;
  /** An empty directory, absolute. */
  readonly place: string;
  readonly streams: CliStreams;
  /** Milliseconds that it may take for one reply. */
  readonly timeout?: number;
  /** Where its mounts are looked up; it tells of them itself unless told. */
  readonly mountData?: MountSource;
}

/**
 * Makes targets of the driver behind a program, and ends them when they were used.
 *
 * @throws UsageError where the program cannot be started; Divergence where it does not say hello as
 *   the protocol has it; GraphDriverError of code `host` where it cannot work here.
 * @internal
 */
export async function withProgramTargets<T>(
  { name, profile, place, streams, timeout, mountData }: ProgramUse,
  use: (targets: SequenceTargets) => Promise<T>,
): Promise<T> {
  const command = splitCommand(name.slice(PREFIX.length));
  const host = streams.geteuid?.() === 0 ? await hostOrNone() : undefined;
  try {
    const targets = await makeTargets({
      name,
      command,
      profile: profile.name,
      place,
      ...(mountData === undefined ? {} : { mountData }),
      limits: { ...TESTEE_LIMITS, ...(timeout === undefined ? {} : { replyMs: timeout }) },
      ...(host === undefined ? {} : reachedThrough(host)),
    });
    try {
      return await use(targets);
    } finally {
      await targets.dispose();
    }
  } finally {
    await host?.dispose();
  }
}

async function makeTargets(
  options: Parameters<typeof programTargets>[0],
): Promise<SequenceTargets> {
  try {
    return await programTargets(options);
  } catch (error) {
    if (!(error instanceof ProtocolFault)) throw error;
    if (error.fault === 'start') throw new UsageError(`${options.name}: ${error.came}`);
    const { request, fault, came, stderr } = error;
    const told = stderr.trimEnd();
    const actual = told === '' ? came : `${came}\nstandard error:\n${told}`;
    throw new Divergence(request, `protocol ${fault}`, EXPECTED, actual);
  }
}

/** Without native code files of this machine are out of reach, which not every testee needs. */
async function hostOrNone(): Promise<ComposedHost | undefined> {
  try {
    return await composeLinuxHost({ writeLog: () => undefined });
  } catch (error) {
    if (error instanceof GraphDriverError) return undefined;
    throw error;
  }
}

function reachedThrough({
  ports,
}: ComposedHost): Pick<Parameters<typeof programTargets>[0], 'host' | 'learnWorld'> {
  const host: ProgramHost = {
    files: ports.fs,
    kernel: ports.kernel,
    umount: (path) => ports.mounter.umount(path, UMOUNT_FLAGS),
    detach: (directory) => detachBelow(ports, directory),
  };
  return { host, learnWorld: ({ home, driver }) => worldOf({ home, ports, driver }) };
}
