/**
 * Project quotas in memory, for hosts whose kernel has none: ids by path, limits by id, every call
 * kept, any call made to fail. It does not hand ids down to new children and enforces nothing.
 */
import { SyscallError } from '../../src/domain/errors.js';
import { ERRNO, type ErrnoName } from '../../src/domain/go/errno.js';
import type { Quota, QuotaLimits } from '../../src/ports/quota.js';

/** Project quota is accounted and enforced, as Q_XGETQSTAT tells it. */
const QUOTA_ON = 0x30;

/** See above. */
export class ScriptedQuota implements Quota {
  readonly ids = new Map<string, number>();
  readonly limitsOf = new Map<number, QuotaLimits>();
  /** Calls that changed something, in order, as texts. */
  readonly calls: string[] = [];
  flags = QUOTA_ON;
  /** Methods that fail, with the errno and the name of the system call that fails in them. */
  readonly failing = new Map<keyof Quota, readonly [errno: ErrnoName, syscall: string]>();

  async projectId(path: string): Promise<number> {
    this.#check('projectId', path);
    return this.ids.get(path) ?? 0;
  }

  async setProjectId(path: string, id: number): Promise<void> {
    this.calls.push(`tag ${path} ${id}`);
    this.#check('setProjectId', path);
    this.ids.set(path, id);
  }

  async quotaFlags(device: string): Promise<number> {
    this.#check('quotaFlags', device);
    return this.flags;
  }

  async limits(device: string, id: number): Promise<QuotaLimits> {
    this.#check('limits', device);
    return this.limitsOf.get(id) ?? { hardBlocks: 0n, softBlocks: 0n };
  }

  async setLimits(device: string, id: number, limits: QuotaLimits): Promise<void> {
    this.calls.push(`limit ${id} ${limits.hardBlocks}`);
    this.#check('setLimits', device);
    this.limitsOf.set(id, limits);
  }

  #check(method: keyof Quota, path: string): void {
    const failure = this.failing.get(method);
    if (failure === undefined) return;
    const [errno, syscall] = failure;
    throw new SyscallError({ errno: ERRNO[errno], syscall, path });
  }
}
