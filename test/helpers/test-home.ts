/**
 * A driver's home in a directory of its own, for tests on the real kernel: drivers are started on
 * it, what they leave is listed, and all of it is removed in the end, mounts and loop devices too.
 */
import { Buffer } from 'node:buffer';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Around } from '../../src/adapters/faults/port-call.js';
import { interceptPorts } from '../../src/adapters/faults/intercept.js';
import { createLinuxPorts } from '../../src/adapters/linux/ports.js';
import {
  composeLinux,
  type ComposedDriver,
  type ComposeLinuxOptions,
} from '../../src/composition.js';
import type { Ports } from '../../src/driver/context.js';
import type { OverlayDriver } from '../../src/driver/driver.js';
import type { LogLine } from './scenario-canonical.js';
import { dumpTree } from './scenario-dump.js';
import { unmountBelow } from './scenario-unmount.js';

const LINK_ID = /[A-Z2-7]{26}/g;
const PATH_OF_LINE = /^\S+ \S+ \S+ (?:n=\d+ )?/;

/** How a driver is started on a test's home. */
export type OpenOptions = Partial<ComposeLinuxOptions>;

/** See above. Call {@link TestHome.remove} in `afterEach`. */
export class TestHome {
  /** The directory that holds the home and whatever else a test needs. */
  readonly scratch: string;
  readonly home: string;
  readonly logs: LogLine[] = [];
  /** Stands around every call of the drivers' outward ports; tests change it at any time. */
  around: Around = (_call, perform) => perform();
  readonly #opened: ComposedDriver[] = [];

  constructor(name = 'home') {
    this.scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-home-'));
    this.home = join(this.scratch, name);
  }

  /** Makes a home whose path has so many bytes. */
  static ofLength(bytes: number): TestHome {
    const scratchBytes = join(tmpdir(), 'overlay2-ref-home-XXXXXX/').length;
    return new TestHome('h'.repeat(bytes - scratchBytes));
  }

  /** Starts a driver; strict and moby-2019 alike tell all they log. */
  async open(options: OpenOptions = {}): Promise<OverlayDriver> {
    return (await this.compose(options)).driver;
  }

  /** Starts a driver and gives its ports too. */
  async compose({ decorate, ...options }: OpenOptions = {}): Promise<ComposedDriver> {
    const logger = {
      log: (level: string, message: string): void => void this.logs.push({ level, message }),
    };
    const around: Around = (call, perform) => this.around(call, perform);
    const composed = await composeLinux({
      home: this.home,
      logLevel: 'debug',
      ...options,
      decorate: (ports: Ports) => {
        const watched = { ...interceptPorts(ports, around), logger };
        return decorate === undefined ? watched : decorate(watched);
      },
    });
    this.#opened.push(composed);
    return composed;
  }

  /** Lists the home, or a path in it, link ids and all. */
  async dump(path = '.'): Promise<readonly string[]> {
    const { ports, dispose } = createLinuxPorts();
    try {
      return await dumpTree(ports.fs, Buffer.from(join(this.home, path)), path);
    } finally {
      await dispose();
    }
  }

  /** Lists the home without what is the kernel's: mounted trees, its whiteouts' other names. */
  async settled(): Promise<readonly string[]> {
    return withoutKernels(await this.dump());
  }

  /**
   * Lists the home with link ids replaced by names that do not change: `<id>` for the one that a
   * layer's `link` holds, `lost <id>` for another that leads to the layer.
   */
  async picture(path = '.'): Promise<readonly string[]> {
    const names = this.#linkNames();
    const lines = (await this.dump(path)).map((line) =>
      line.replaceAll(LINK_ID, (link) => `«${names.get(link) ?? 'unknown'}»`),
    );
    const pathOf = (line: string): string => line.replace(PATH_OF_LINE, '');
    return lines.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  }

  /** Reads a file of the home. */
  text(path: string): string {
    return readFileSync(join(this.home, path), 'utf8');
  }

  /** The mounts below the scratch directory: mount point relative to the home, and its options. */
  mounts(): readonly { readonly at: string; readonly options: string }[] {
    const found: { at: string; options: string }[] = [];
    for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
      const [before = '', after = ''] = line.split(' - ');
      const at = before.split(' ')[4] ?? '';
      if (!at.startsWith(`${this.home}/`)) continue;
      found.push({ at: at.slice(this.home.length + 1), options: after.split(' ')[2] ?? '' });
    }
    return found;
  }

  /** Ends the drivers, as the end of their process does: mounts stay. */
  async endProcess(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((composed) => composed.dispose()));
  }

  /** Unmounts and removes everything. */
  async remove(): Promise<void> {
    this.around = (_call, perform) => perform();
    await this.endProcess();
    unmountBelow(this.home);
    rmSync(this.scratch, { recursive: true, force: true });
  }

  /** Empties the place for another round in the same test. */
  async restart(): Promise<void> {
    await this.remove();
    mkdirSync(this.scratch);
    this.logs.length = 0;
  }

  #linkNames(): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    const links = join(this.home, 'l');
    try {
      for (const link of readdirSync(links)) {
        const id = (readlinkText(join(links, link)) ?? '').replace(/^\.\.\/(.*)\/diff$/, '$1');
        names.set(link, `lost ${id}`);
      }
      for (const id of readdirSync(this.home)) {
        const link = readText(join(this.home, id, 'link'));
        if (link !== undefined) names.set(link, id);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return names;
  }
}

/** Leaves out of a listing what the kernel makes, shows and keeps as it likes. */
export function withoutKernels(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => !/\/merged( |\/|$)|\/work\/work\/#/.test(line))
    .map((line) => line.replace(/ \{trusted\.overlay\.uuid=\*\}$/, ''))
    .map((line) => line.replace(/^(chr .*?) n=\d+/, '$1').replace(/ same as \S+\/#\w+/, ''));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not every name in a home is a layer with a link.
    return undefined;
  }
}

function readlinkText(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // A test may have put something else there.
    return undefined;
  }
}
