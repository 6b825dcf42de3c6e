/** The two sides that are compared: a machine in memory and this one, through the same ports. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VolumeKindName } from '../../../src/adapters/fake/volume-kind.js';
import { createLinuxPorts, type LinuxPorts } from '../../../src/adapters/linux/ports.js';
import { messageOf } from '../../../src/domain/errors.js';
import { MNT_DETACH } from '../../../src/domain/mounts/umount-flags.js';
import { KERNEL_PRESETS } from '../../../src/domain/union/kernel-presets.js';
import { mountFresh } from '../../helpers/loop-device.js';
import { fakeSide, optionsOf, type Side } from '../../helpers/union/fake-side.js';

/** Gives the newest preset that is not newer than this kernel. */
export function presetOfThisKernel(): string {
  const number = (text: string): number => {
    const [major = 0, minor = 0] = text.split('.').map((part) => Number.parseInt(part, 10));
    return major * 1000 + minor;
  };
  const running = number(release());
  const known = KERNEL_PRESETS.findLast((preset) => number(preset.release) <= running);
  return known?.name ?? 'newest';
}

/** Gives a new machine in memory with a kernel like this one. */
export function fakeSideHere(): Side {
  return fakeSide(presetOfThisKernel(), process.umask());
}

/** Real file systems for the tests of one file, made when they are first asked for. */
export class RealPlaces {
  readonly linux: LinuxPorts = createLinuxPorts();
  readonly #root = mkdtempSync(join(tmpdir(), 'overlay2-ref-union-'));
  readonly #mounted = new Map<VolumeKindName, string>();
  #count = 0;

  constructor() {
    // Images in memory: a careful driver syncs, and a disk would take most of the time.
    mountFresh('tmpfs', this.#root);
  }

  /** Says why a file system of a kind cannot be had here; undefined where it can. */
  whyNot(kind: VolumeKindName): string | undefined {
    try {
      this.rootOf(kind);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Gives the root of a file system. */
  rootOf(kind: VolumeKindName): string {
    const known = this.#mounted.get(kind);
    if (known !== undefined) return known;
    const path = join(this.#root, kind);
    const why = mountFresh(kind, path);
    if (why !== undefined) throw new Error(why);
    this.#mounted.set(kind, path);
    return path;
  }

  /** Gives this machine as a side; what a run leaves is removed with it. */
  side(): Side {
    const { fs, mounter } = this.linux.ports;
    const made: string[] = [];
    return {
      fs,
      mounter,
      place: async (kind) => {
        const path = join(this.rootOf(kind), String(this.#count++));
        mkdirSync(path);
        made.push(path);
        return path;
      },
      shownOptions: async (path) => optionsOf(readFileSync('/proc/self/mountinfo', 'latin1'), path),
      dispose: async () => {
        for (const path of made) await this.#remove(path);
      },
    };
  }

  async dispose(): Promise<void> {
    for (const path of this.#mounted.values()) await this.#remove(path, true);
    await this.#remove(this.#root, true);
    await this.linux.dispose();
    rmSync(this.#root, { recursive: true, force: true });
  }

  async #remove(path: string, itself = false): Promise<void> {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    const points = lines.map((line) => line.split(' ')[4] ?? '').reverse();
    for (const point of points) {
      if (point !== path && !point.startsWith(`${path}/`)) continue;
      await this.linux.ports.mounter.umount(point, MNT_DETACH);
    }
    if (!itself) rmSync(path, { recursive: true, force: true });
  }
}
