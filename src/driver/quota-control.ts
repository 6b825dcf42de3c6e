import { GraphDriverError, isErrno, messageOf, SyscallError } from '../domain/errors.js';
import { FILE_TYPE } from '../domain/host/file-type.js';
import { isInUserNamespace } from '../domain/host/user-namespace.js';
import { goJoin } from '../domain/go/path.js';
import {
  firstProjectId,
  nextProjectId,
  parseProjectId,
  type ProjectId,
  quotaBlocks,
} from '../domain/identities/project-id.js';
import { BACKING_FS_DEVICE, DIFF } from '../domain/layers/layout.js';
import { keepsQuirk, type Profile } from '../domain/profiles/profile.js';
import { decodeUtf8 } from '../domain/utf8.js';
import type { Ports } from './ports.js';

/** `qs_flags` bits of Q_XGETQSTAT: project quota is accounted, and enforced. */
const PROJECT_QUOTA_ON = (1 << 4) | (1 << 5);

/** Errnos of Q_XGETQSTAT that are told as they are; every other one means "no quota here". */
const TOLD_ERRNOS = ['EFAULT', 'ENOENT', 'ENOTBLK', 'EPERM'] as const;

/**
 * The file system has no project quota, or it is not switched on.
 *
 * @source moby daemon/graphdriver/quota/errors.go ErrQuotaNotSupported
 * @public
 * @since 0.1.0
 */
export class QuotaNotSupportedError extends GraphDriverError {
  constructor() {
    super('quota-not-supported', 'Filesystem does not support, or has not enabled quotas');
  }
}

/** What one layer's quota is put on: moby's layer directory, or strict's `diff` and `work`. */
type QuotaPaths = readonly string[];

/**
 * Gives project ids to layers and sets their limits. Ids count up from the home's own; ids that
 * an earlier process gave are found again by a scan of the home.
 *
 * @source moby daemon/graphdriver/quota/projectquota.go Control
 * @internal
 */
export class QuotaControl {
  readonly #ports: Ports;
  readonly #profile: Profile;
  readonly #device: string;
  readonly #projects: Map<string, ProjectId>;
  #next: ProjectId;

  private constructor(
    ports: Ports,
    profile: Profile,
    device: string,
    next: ProjectId,
    projects: Map<string, ProjectId>,
  ) {
    this.#ports = ports;
    this.#profile = profile;
    this.#device = device;
    this.#next = next;
    this.#projects = projects;
  }

  /**
   * Probes a home for project quota.
   *
   * @throws QuotaNotSupportedError where there is none.
   * @throws GraphDriverError with the text of the step that failed.
   * @source moby daemon/graphdriver/quota/projectquota.go NewControl
   */
  static async probe(ports: Ports, profile: Profile, home: string): Promise<QuotaControl> {
    if (isInUserNamespace(await ports.kernel.uidMap())) throw new QuotaNotSupportedError();

    const device = goJoin(home, BACKING_FS_DEVICE);
    await makeDeviceNode(ports, home, device);
    await assertQuotaOn(ports, device);
    const homeProject = await readProjectId(ports, home);
    // The id after the home's own is only for finding out whether limits can be set.
    await setLimits(ports, device, nextProjectId(homeProject), 0n);

    const projects = new Map<string, ProjectId>();
    for (const path of await subdirectories(ports, home)) {
      const project = await projectOf(ports, profile, path);
      if (project === 0) continue;
      // QUIRK Q-48: with an inheriting id on the home every layer has that one.
      if (project === homeProject && !keepsQuirk(profile, 'Q-48')) continue;
      projects.set(path, project);
    }
    const next = firstProjectId(homeProject, projects.values());
    return new QuotaControl(ports, profile, device, next, projects);
  }

  /**
   * Limits a layer.
   *
   * @param name - what the layer is remembered by: its directory.
   * @param paths - the existing directories to tag; what is made in them later inherits the tag.
   * @param sizeBytes - unsigned 64-bit.
   * @source moby daemon/graphdriver/quota/projectquota.go SetQuota
   */
  async setQuota(name: string, paths: QuotaPaths, sizeBytes: bigint): Promise<void> {
    let project = this.#projects.get(name);
    if (project === undefined) {
      project = this.#next;
      for (const path of paths) await tag(this.#ports, path, project);
      this.#projects.set(name, project);
      this.#next = nextProjectId(project);
    }
    await setLimits(this.#ports, this.#device, project, quotaBlocks(sizeBytes, this.#profile));
  }

  /** Forgets a layer and lifts its limits, as only profile strict does. */
  async forget(name: string): Promise<void> {
    const project = this.#projects.get(name);
    if (project === undefined) return;
    this.#projects.delete(name);
    await setLimits(this.#ports, this.#device, project, 0n);
  }
}

async function makeDeviceNode({ fs }: Ports, home: string, device: string): Promise<void> {
  const { dev } = await fs.stat(home);
  try {
    await fs.unlink(device);
  } catch (error) {
    // moby does not look at this result: mknod tells if the name is still taken.
    if (!(error instanceof SyscallError)) throw error;
  }
  const [major, minor] = [Number(dev >> 32n), Number(dev & 0xffff_ffffn)];
  try {
    await fs.mknod(device, FILE_TYPE.BLOCK | 0o600, major, minor);
  } catch (error) {
    if (isErrno(error, 'ENOSYS', 'EPERM')) throw new QuotaNotSupportedError();
    if (!(error instanceof SyscallError)) throw error;
    throw wrapped(`failed to mknod ${device}: ${error.strerror}`, error);
  }
}

async function assertQuotaOn({ quota }: Ports, device: string): Promise<void> {
  let flags: number;
  try {
    flags = await quota.quotaFlags(device);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    throw isErrno(error, ...TOLD_ERRNOS) ? error.bare() : new QuotaNotSupportedError();
  }
  if ((flags & PROJECT_QUOTA_ON) !== PROJECT_QUOTA_ON) throw new QuotaNotSupportedError();
}

async function readProjectId({ quota }: Ports, path: string): Promise<ProjectId> {
  try {
    return parseProjectId(await quota.projectId(path));
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (error.syscall === 'open') throw wrapped(`failed to open dir: ${path}`, error);
    throw wrapped(`failed to get projid for ${path}: ${error.strerror}`, error);
  }
}

/** What a layer counts for: QUIRK Q-47: moby tags its directory; strict what is in it. */
async function projectOf(ports: Ports, profile: Profile, path: string): Promise<ProjectId> {
  if (keepsQuirk(profile, 'Q-47')) return readProjectId(ports, path);
  const diff = goJoin(path, DIFF);
  try {
    await ports.fs.stat(diff);
  } catch (error) {
    // Not every directory of a home is a layer.
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return parseProjectId(0);
    throw error;
  }
  return readProjectId(ports, diff);
}

async function tag({ quota }: Ports, path: string, project: ProjectId): Promise<void> {
  try {
    await quota.setProjectId(path, project);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (error.syscall === 'open') throw wrapped(`failed to open dir: ${path}`, error);
    throw wrapped(`failed to set projid for ${path}: ${error.strerror}`, error);
  }
}

async function setLimits(
  { quota }: Ports,
  device: string,
  project: ProjectId,
  blocks: bigint,
): Promise<void> {
  try {
    await quota.setLimits(device, project, { hardBlocks: blocks, softBlocks: blocks });
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const what = `failed to set quota limit for projid ${project} on ${device}`;
    throw wrapped(`${what}: ${error.strerror}`, error);
  }
}

async function subdirectories({ fs }: Ports, home: string): Promise<string[]> {
  try {
    const root = await fs.openRoot(home);
    try {
      const entries = await root.getdents();
      const names: string[] = [];
      for (const { name } of entries) {
        const { mode } = await root.lstatat(name);
        if ((mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY) names.push(decodeUtf8(name));
      }
      return names.sort().map((name) => goJoin(home, name));
    } finally {
      await root.close();
    }
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    throw wrapped(`read directory failed: ${home}`, error);
  }
}

function wrapped(message: string, cause: unknown): GraphDriverError {
  return new GraphDriverError('quota', message, { cause: messageOf(cause) });
}
