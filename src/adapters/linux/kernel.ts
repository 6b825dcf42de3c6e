import { decodeUtf8 } from '../../domain/utf8.js';
import type { Kernel } from '../../ports/kernel.js';
import { check } from './check.js';
import type { Host } from './host.js';
import { readWhole } from './read-text.js';

/** `struct utsname`: six fields of 65 bytes; the release is the third. */
const FIELD_BYTES = 65;
const RELEASE_FIELD = 2;

/**
 * Facts about the running kernel and process, read when they are asked for.
 *
 * @internal
 */
export class LinuxKernel implements Kernel {
  readonly #host: Host;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #umask: number | undefined;

  constructor(host: Host, environment = process.env as Record<string, string | undefined>) {
    this.#host = host;
    this.#environment = environment;
  }

  async release(): Promise<string> {
    const name = new Uint8Array(6 * FIELD_BYTES);
    check(this.#host.libc.uname(name), 'uname', '');
    const start = RELEASE_FIELD * FIELD_BYTES;
    return decodeUtf8(name.subarray(start, name.indexOf(0, start)));
  }

  pageSize(): number {
    return this.#host.libc.getpagesize();
  }

  umask(): number {
    // Nobody changes it after the start, so the first reading is the start's.
    this.#umask ??= this.#readUmask();
    return this.#umask;
  }

  tempDirectory(): string {
    return this.#environment['TMPDIR'] || '/tmp';
  }

  async fileSystems(): Promise<string> {
    return this.#text('/proc/filesystems');
  }

  async overlayParameter(name: string): Promise<string> {
    return this.#text(`/sys/module/overlay/parameters/${name}`);
  }

  async uidMap(): Promise<string> {
    return this.#text('/proc/self/uid_map');
  }

  async mountInfo(): Promise<Uint8Array> {
    return readWhole(this.#host, '/proc/self/mountinfo');
  }

  /** Takes the mask from /proc, since `umask(2)` can only tell it by changing it. */
  #readUmask(): number {
    const line = /^Umask:\s*([0-7]+)$/m.exec(this.#text('/proc/self/status'));
    return line === null ? process.umask() : Number.parseInt(line[1] as string, 8);
  }

  #text(path: string): string {
    return decodeUtf8(readWhole(this.#host, path));
  }
}
