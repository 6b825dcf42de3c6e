import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { type Backend, composeLinux } from '../../composition.js';
import type { Profile } from '../../domain/profiles/profile.js';
import type { StartPluginDriver } from '../../plugin/session.js';
import type { LogLevel } from '../../ports/logger.js';

/** As the daemon makes the directories above a driver's. */
const PARENT_MODE = 0o711;

/**
 * Which driver a plugin starts.
 *
 * @internal
 */
export interface StartLinuxOptions {
  readonly profile: Profile;
  readonly backend: Backend;
  readonly logLevel: LogLevel;
  readonly writeLog: (line: string) => void;
}

/**
 * Gives what starts the driver of this machine's kernel on the home that a daemon names, of which
 * nobody has made the parent yet.
 *
 * @internal
 */
export function startLinux(options: StartLinuxOptions): StartPluginDriver {
  return async ({ home, options: driverOptions, uidMaps, gidMaps }, process, lockWaitMs) => {
    if (isAbsolute(home)) await mkdir(dirname(home), { recursive: true, mode: PARENT_MODE });
    return composeLinux({
      ...options,
      home,
      options: driverOptions,
      ...(uidMaps === undefined ? {} : { uidMaps }),
      ...(gidMaps === undefined ? {} : { gidMaps }),
      process,
      ...(lockWaitMs === undefined ? {} : { lockWaitMs }),
    });
  };
}
