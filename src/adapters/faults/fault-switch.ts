import type { ErrnoName } from '../../domain/go/errno.js';
import { decodeUtf8 } from '../../domain/utf8.js';
import type { FileSystem } from '../../ports/file-system.js';
import { CallGate, crashAt, failAt, passAll } from './call-gate.js';
import { interceptPorts, type OutwardPorts } from './intercept.js';
import { loseAll, loseOnly, type PendingWrite } from './pending-write.js';
import { everyCall, mutatingOnly, type Around, type PortCall } from './port-call.js';
import { UnsyncedFiles } from './unsynced-files.js';

/**
 * What is to go wrong: one of the calls that change something or make changes last, counted from 1
 * since the switch was armed, fails; or the process ends instead of making it.
 *
 * @internal
 */
export type SwitchPlan =
  | { readonly fault: 'fail'; readonly at: number; readonly errno: ErrnoName }
  | { readonly fault: 'crash'; readonly at: number; readonly power?: PowerLoss };

/**
 * The machine goes down with the process: which of the pending writes are lost, and what becomes of
 * files that were never synced.
 *
 * @internal
 */
export interface PowerLoss {
  readonly lost: 'all' | readonly number[];
  readonly newFiles: 'emptied' | 'removed';
}

/**
 * What came of a plan.
 *
 * @internal
 */
export interface SwitchOutcome {
  /** How many calls were counted. */
  readonly calls: number;
  /** Whether the planned call came. */
  readonly isHit: boolean;
  /** The call that failed or was not made any more, as a person would tell it; `''` for none. */
  readonly call: string;
  /** What of the disk was not synced when it ended, in order. */
  readonly pending: readonly string[];
}

/**
 * Ports of one driver that can be made to fail. Unless it is armed, calls pass at little cost.
 *
 * @internal
 */
export class FaultSwitch {
  #around: Around | undefined;
  #gate: CallGate = new CallGate(passAll, mutatingOnly);
  #files: FileSystem | undefined;
  #unsynced: UnsyncedFiles | undefined;
  #at = 0;
  #hit = '';

  /** Gives the ports to make the driver of; once a switch. */
  decorate<Ports extends OutwardPorts>(ports: Ports): Ports {
    this.#files = ports.fs;
    const around: Around = (call, perform) => (this.#around ?? passOn)(call, perform);
    return interceptPorts(ports, around, () => this.#around !== undefined);
  }

  /** From now on calls are counted, and the planned one fails or is the end. */
  arm(plan: SwitchPlan): void {
    const { at } = plan;
    const rule = plan.fault === 'fail' ? failAt(at, plan.errno) : crashAt(at);
    const gate = new CallGate((call, number) => {
      if (number === at) this.#hit = tell(call);
      return rule(call, number);
    }, mutatingOnly);
    [this.#gate, this.#at, this.#hit] = [gate, at, ''];
    this.#around = gate.around;
    this.#unsynced = undefined;
    // Keeping account of what is on disk costs calls, and only the loss of power needs it.
    const losesPower = plan.fault === 'crash' && plan.power !== undefined;
    if (!losesPower || this.#files === undefined) return;
    const unsynced = new UnsyncedFiles(this.#files);
    this.#unsynced = unsynced;
    this.#around = (call, perform) => gate.around(call, () => unsynced.around(call, perform));
  }

  /** Lets calls pass again, but after a crash, and tells what came of the plan. */
  disarm(): SwitchOutcome {
    const { count, crashed } = this.#gate;
    if (!crashed) this.#around = undefined;
    const pending = this.#unsynced?.pending ?? [];
    const isHit = count >= this.#at;
    return { calls: count, isHit, call: this.#hit, pending: pending.map(tellPending) };
  }

  /**
   * Ends the process: no call of its driver is made any more, what it has open is closed, and what
   * the loss of power takes is taken.
   *
   * @throws SyscallError as the file system fails.
   */
  async crash(power: PowerLoss | undefined): Promise<void> {
    const ended = new CallGate(crashAt(1), everyCall);
    this.#around = ended.around;
    await this.#gate.closeLeftOpen();
    if (power === undefined) return;
    const isLost = power.lost === 'all' ? loseAll : loseOnly(power.lost);
    await this.#unsynced?.loseUnsynced(power.newFiles, isLost);
  }
}

const passOn: Around = (_call, perform) => perform();

function tell({ call, subject, paths }: PortCall): string {
  const names = paths.map(decodeUtf8).filter((name) => name !== subject);
  return [call, subject, ...names].filter((part) => part !== '').join(' ');
}

function tellPending(write: PendingWrite): string {
  if (write.kind === 'content') return decodeUtf8(write.path);
  return `${decodeUtf8(write.from)} -> ${decodeUtf8(write.to)}`;
}
