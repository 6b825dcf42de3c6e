import { GraphDriverError, isNotExist, SyscallError } from '../domain/errors.js';
import { goJoin, isAbs } from '../domain/go/path.js';
import { goQuote } from '../domain/go/quote.js';
import { fileSystemName } from '../domain/host/backing-fs.js';
import { DTypeNotSupportedError } from '../domain/host/d-type.js';
import { decideKernelGate } from '../domain/host/kernel-gate.js';
import { parseKernelVersion } from '../domain/host/kernel-version.js';
import { NOT_SUPPORTED_TEXT, NotSupportedError } from '../domain/host/not-supported.js';
import { decideIdMapping, type IdMapping, type IdMaps } from '../domain/identities/id-map.js';
import {
  BACKING_FS_DEVICE,
  LINK_DIR,
  MULTIPLE_LOWER_PROBE_PREFIX,
  SUPPORT_PROBE_PREFIX,
} from '../domain/layers/layout.js';
import { type DriverOptions, parseDriverOptions } from '../domain/options/driver-options.js';
import { OptionError } from '../domain/options/option-error.js';
import { hasChange, keepsQuirk, type Profile } from '../domain/profiles/profile.js';
import type { DriverContext, Ports } from './context.js';
import { Locker } from './locker.js';
import { mkdirAllAndChown } from './mkdir-chown.js';
import { linkDirectory, outerDirectory } from './outer-directory.js';
import {
  isInitialized,
  probeMultipleLowers,
  supportsDType,
  supportsOverlay,
  testDirectoryFor,
} from './probes.js';
import type { ProcessState } from './process-state.js';
import { QuotaControl } from './quota-control.js';
import { RefCounter } from './ref-counter.js';
import { repairHome } from './repair.js';

/**
 * What a driver is started with.
 *
 * @source moby overlay2/overlay.go Init
 * @public
 * @since 0.1.0
 */
export interface InitRequest {
  /** Absolute path of the driver's directory; made when it is missing and its parent is there. */
  readonly home: string;
  /** `key=value` options, in order. */
  readonly options?: readonly string[];
  /** Undefined for none; an empty list maps nothing in moby-2019. */
  readonly uidMaps?: IdMaps;
  readonly gidMaps?: IdMaps;
}

/**
 * Where a driver is started: its surroundings.
 *
 * @public
 * @since 0.1.0
 */
export interface InitSurroundings {
  readonly ports: Ports;
  readonly profile: Profile;
  readonly process: ProcessState;
}

/**
 * Probes the host and prepares the home; the first failure wins.
 *
 * @throws OptionError, GoNumError or InvalidSizeError for options that do not parse.
 * @throws NotSupportedError where kernel or backing file system cannot carry the driver.
 * @throws SyscallError of `statfs` (bare), `mkdir`, `chown`.
 * @source moby overlay2/overlay.go Init
 * @internal
 */
export async function initDriver(
  { ports, profile, process: shared }: InitSurroundings,
  request: InitRequest,
): Promise<DriverContext> {
  const { home } = request;
  // DEPARTURE: the seed does not refuse a relative home but loops for ever while making it.
  if (!isAbs(home)) {
    const text = `home is not an absolute path: ${goQuote(home)}`;
    throw new GraphDriverError('relative-home', text);
  }
  const options = parseDriverOptions(request.options ?? [], profile);
  const state = keepsQuirk(profile, 'Q-01') ? shared : { ...shared, ...FRESH_FOR_HOME };
  const surroundings = { ports, profile, process: state };
  const testDirectory = await findTestDirectory(surroundings, options, home);
  const hasDType = await requireDType(ports, state, home, testDirectory);

  const mapping = decideIdMapping({ uids: request.uidMaps, gids: request.gidMaps }, profile);
  await makeHome(ports, profile, mapping, home);
  const quotaControl = await startQuota(surroundings, options, home);
  await detectIndex(ports, state);

  const context: DriverContext = {
    ports,
    profile,
    process: state,
    home,
    options,
    mapping,
    counter: new RefCounter(ports.fs),
    locker: new Locker(),
    quotaControl,
    supportsDType: hasDType,
  };
  logFindings(context);
  if (profile.durable) await repairHome(context);
  return context;
}

/**
 * Gives the directory whose file system the home will lie on, once it is clear that it can. The
 * seed looks at what the kernel tells; since 20.10 a mount there decides (V-05).
 */
async function findTestDirectory(
  { ports, profile, process }: InitSurroundings,
  options: DriverOptions,
  home: string,
): Promise<string> {
  if (!hasChange(profile, 'V-05')) {
    if (!(await supportsOverlay(ports))) throw new NotSupportedError(NOT_SUPPORTED_TEXT.DRIVER);
    const testDirectory = await testDirectoryFor(ports, home);
    await passKernelGate(ports, process, options, testDirectory);
    return testDirectory;
  }
  const testDirectory = await testDirectoryFor(ports, home);
  try {
    await probeMultipleLowers(ports, testDirectory, SUPPORT_PROBE_PREFIX);
  } catch (error) {
    if (!(error instanceof GraphDriverError)) throw error;
    ports.logger.log('error', error.message);
    throw new NotSupportedError(NOT_SUPPORTED_TEXT.DRIVER);
  }
  const magic = await magicOf(ports, testDirectory);
  process.backingFs = fileSystemName(magic) ?? process.backingFs;
  return testDirectory;
}

/** Since 20.10 the home and its `l` differ in mode and owner, and are made one by one (V-01). */
async function makeHome(
  { fs }: Ports,
  profile: Profile,
  mapping: IdMapping,
  home: string,
): Promise<void> {
  if (hasChange(profile, 'V-01'))
    await mkdirAllAndChown(fs, home, outerDirectory(profile, mapping));
  await mkdirAllAndChown(fs, goJoin(home, LINK_DIR), linkDirectory(profile, mapping));
}

/** What a careful driver does not take over from another home of the process. */
const FRESH_FOR_HOME = {
  backingFs: '<unknown>',
  projectQuotaSupported: false,
  naiveDiffOnly: undefined,
};

async function passKernelGate(
  ports: Ports,
  state: ProcessState,
  options: DriverOptions,
  testDirectory: string,
): Promise<void> {
  const version = parseKernelVersion(await ports.kernel.release());
  const magic = await magicOf(ports, testDirectory);
  // QUIRK Q-01: an unknown magic leaves the name as the last home of the process had it.
  state.backingFs = fileSystemName(magic) ?? state.backingFs;

  const { overrideKernelCheck } = options;
  const { backingFs } = state;
  const gate = decideKernelGate({ magic, version, overrideKernelCheck, backingFs });
  for (const { level, message } of gate.logs) ports.logger.log(level, message);
  if (gate.kind === 'refuse') throw new NotSupportedError(NOT_SUPPORTED_TEXT.INCOMPATIBLE_FS);
  if (gate.kind === 'probe-lowers') await requireMultipleLowers(ports, testDirectory);
}

async function magicOf({ fs }: Ports, path: string): Promise<number> {
  try {
    return (await fs.statfs(path)).type;
  } catch (error) {
    throw error instanceof SyscallError ? error.bare() : error;
  }
}

async function requireMultipleLowers(ports: Ports, testDirectory: string): Promise<void> {
  try {
    await probeMultipleLowers(ports, testDirectory, MULTIPLE_LOWER_PROBE_PREFIX);
  } catch (error) {
    if (!(error instanceof GraphDriverError)) throw error;
    ports.logger.log('debug', `Multiple lower dirs not supported: ${error.message}`);
    throw new NotSupportedError(NOT_SUPPORTED_TEXT.DRIVER);
  }
}

/** A home that already is in use goes on without d_type, with a warning. */
async function requireDType(
  ports: Ports,
  { backingFs }: ProcessState,
  home: string,
  testDirectory: string,
): Promise<boolean> {
  if (await supportsDType(ports, testDirectory)) return true;
  const error = new DTypeNotSupportedError('overlay2', backingFs);
  if (!(await isInitialized(ports, home))) throw error;
  ports.logger.log('warning', error.message);
  return false;
}

async function startQuota(
  { ports, profile, process }: InitSurroundings,
  { quotaSizeBytes }: DriverOptions,
  home: string,
): Promise<QuotaControl | undefined> {
  const { backingFs } = process;
  if (backingFs !== 'xfs') {
    if (quotaSizeBytes === 0n) return undefined;
    const text = 'Storage Option overlay2.size only supported for backingFS XFS.';
    throw new OptionError(`${text} Found ${backingFs}`);
  }
  try {
    const control = await QuotaControl.probe(ports, profile, home);
    process.projectQuotaSupported = true;
    return control;
  } catch (error) {
    if (!(error instanceof GraphDriverError)) throw error;
    // QUIRK Q-50: the probe's device node stays in the home, quota or not.
    if (!keepsQuirk(profile, 'Q-50')) await removeDeviceNode(ports, home);
    if (quotaSizeBytes === 0n) return undefined;
    const text = 'Storage option overlay2.size not supported.';
    const why = `Filesystem does not support Project Quota: ${error.message}`;
    throw new OptionError(`${text} ${why}`);
  }
}

async function removeDeviceNode({ fs }: Ports, home: string): Promise<void> {
  try {
    await fs.unlink(goJoin(home, BACKING_FS_DEVICE));
  } catch (error) {
    if (!isNotExist(error)) throw error;
  }
}

/** Kernels that know the option are asked to mount without an index. */
async function detectIndex({ kernel, logger }: Ports, state: ProcessState): Promise<void> {
  try {
    await kernel.overlayParameter('index');
    state.indexOff = true;
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (isNotExist(error)) return;
    const text = 'Unable to detect whether overlay kernel module supports index parameter';
    logger.log('warning', `${text}: ${error.message}`);
  }
}

function logFindings({ ports, process }: DriverContext): void {
  const { backingFs, projectQuotaSupported, indexOff } = process;
  const prefix = goQuote(indexOff ? 'index=off,' : '');
  ports.logger.log(
    'debug',
    `backingFs=${backingFs}, projectQuotaSupported=${projectQuotaSupported}, indexOff=${prefix}`,
  );
}
