import { dirname } from 'node:path';
import {
  type ComposedFakeDriver,
  composeFake,
  composeLinux,
  type Machine,
} from '../../composition.js';
import { GraphDriverError, isErrno } from '../../domain/errors.js';
import { findProfile } from '../../domain/profiles/find-profile.js';
import type { Profile } from '../../domain/profiles/profile.js';
import type { Capabilities } from '../../oracle/protocol/capabilities.js';
import { ComposedTarget } from '../targets/composed-target.js';
import type { TesteeBackend } from './testee-session.js';

const EVERYTHING: Capabilities = {
  quota: false,
  label: true,
  storageOpt: true,
  diff: true,
  mountData: true,
  restart: true,
  metadata: true,
  status: true,
  cleanup: true,
};

/** Where the driver starts that a machine is made for; others have a home of their own. */
const FIRST_HOME = '/tmp/overlay2';

/**
 * Gives the driver in memory to a testee: every home lies on a machine of its own.
 *
 * @internal
 */
export function fakeBackend(version: string): TesteeBackend {
  let fresh: ComposedFakeDriver | undefined;
  let last: { readonly home: string; readonly machine: Machine } | undefined;
  return {
    name: `overlay2-ref ${version} in memory`,
    capabilities: { ...EVERYTHING, onDisk: false, files: 'requests' },
    async start({ home, profile: name, options = [] }) {
      const profile = profileOf(name);
      if (last?.home !== home) {
        fresh ??= await composeFake({ home: FIRST_HOME, profile });
        last?.machine.dispose();
        last = { home, machine: await machineWith(fresh, dirname(home)) };
      }
      const { machine } = last;
      return begun(home, profile, (process, decorate) =>
        composeFake({ home, profile, options, process, decorate, machine }),
      );
    },
  };
}

/**
 * Gives the driver on this machine's kernel to a testee.
 *
 * @param files - whether the judge looks at files by path, or asks for them.
 * @internal
 */
export function linuxBackend(version: string, files: 'path' | 'requests'): TesteeBackend {
  return {
    name: `overlay2-ref ${version} on this kernel`,
    capabilities: { ...EVERYTHING, onDisk: true, crash: true, files },
    start({ home, profile: name, options = [] }) {
      const profile = profileOf(name);
      return begun(home, profile, (process, decorate) =>
        composeLinux({ home, profile, options, process, decorate }),
      );
    },
  };
}

/** Gives a machine on which a directory is there, as a judge makes it on a disk. */
async function machineWith(
  { machine, ports: { fs } }: ComposedFakeDriver,
  directory: string,
): Promise<Machine> {
  const made: string[] = [];
  for (let path = directory; path !== '/' && path !== '.'; path = dirname(path)) made.push(path);
  const missing: string[] = [];
  for (const path of made.reverse()) {
    try {
      await fs.mkdir(path, 0o755);
      missing.push(path);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
  const fork = machine.fork();
  for (const path of missing.reverse()) await fs.rmdir(path);
  return fork;
}

async function begun(
  home: string,
  profile: Profile,
  start: ConstructorParameters<typeof ComposedTarget>[0]['start'],
): Promise<ComposedTarget> {
  const target = new ComposedTarget({ name: 'testee', profile: profile.name, home, start });
  await target.begin();
  return target;
}

function profileOf(name: string): Profile {
  const profile = findProfile(name);
  if (profile !== undefined) return profile;
  throw new GraphDriverError('profile', `unknown profile ${name}`);
}
