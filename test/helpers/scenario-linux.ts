/** This machine as a host of scenarios: our driver on the real kernel. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { MNT_DETACH } from '../../src/domain/mounts/umount-flags.js';
import { composeLinux, composeLinuxHost, type ComposedDriver } from '../../src/composition.js';
import { MOBY_2019 } from '../../src/domain/profiles/moby-2019.js';
import type { Profile } from '../../src/domain/profiles/profile.js';
import { createProcessState } from '../../src/driver/process-state.js';
import type { LogLine } from './scenario-canonical.js';
import type { MapRange, ScenarioHost, ScenarioInit } from './scenario-types.js';

/** The smallest xfs needs this. */
const IMAGE_BYTES = 320 * 1024 * 1024;

/** Opens the host. A `newProcess` step gives its drivers a new process-wide state. */
export async function openLinuxScenarioHost(profile: Profile = MOBY_2019): Promise<ScenarioHost> {
  const machine = await composeLinuxHost();
  const umaskBefore = process.umask();
  const opened: ComposedDriver[] = [];
  let state = createProcessState();
  let logs: LogLine[] = [];
  const logger = {
    log: (level: string, message: string): void => void logs.push({ level, message }),
  };
  return {
    files: machine.ports.fs,
    async open({ home, options, uidMaps, gidMaps }: ScenarioInit) {
      const composed = await composeLinux({
        home,
        profile,
        options,
        uidMaps: idMaps(uidMaps),
        gidMaps: idMaps(gidMaps),
        process: state,
        logLevel: 'debug',
        decorate: (ports) => ({ ...ports, logger }),
      });
      opened.push(composed);
      return composed.driver;
    },
    async newProcess() {
      state = createProcessState();
      await Promise.all(opened.splice(0).map((composed) => composed.dispose()));
    },
    setUmask: (mask) => void process.umask(mask),
    mountTable: () => readFileSync('/proc/self/mountinfo'),
    mountBacking,
    mountFile: (source, path) => run('mount', '--bind', source, path),
    unmount: (path, lazy) => machine.ports.mounter.umount(path, lazy ? MNT_DETACH : 0),
    takeLogs: () => logs.splice(0),
    async dispose() {
      logs = [];
      process.umask(umaskBefore);
      await Promise.all(opened.map((composed) => composed.dispose()));
      await machine.dispose();
    },
  };
}

function idMaps(ranges: readonly MapRange[] | undefined) {
  return ranges?.map((range) => ({
    containerId: range.container_id,
    hostId: range.host_id,
    size: range.size,
  }));
}

function mountBacking(type: string, path: string, data: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  if (type === 'remount') {
    run('mount', '-o', `remount,${data}`, path);
    return;
  }
  if (type !== 'xfs' && type !== 'btrfs') {
    run('mount', '-t', type, ...(data === '' ? [] : ['-o', data]), type, path);
    return;
  }
  const image = `${path}.image`;
  writeFileSync(image, '', { mode: 0o600 });
  truncateSync(image, IMAGE_BYTES);
  run(`mkfs.${type}`, '-q', image);
  run('mount', '-t', type, '-o', 'loop', image, path);
}

function run(command: string, ...parameters: readonly string[]): void {
  execFileSync(command, parameters, { stdio: 'pipe' });
}
