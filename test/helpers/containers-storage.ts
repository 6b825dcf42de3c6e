/** Finds out whether the command line of containers/storage is here as the profile has it. */
import { spawnSync } from 'node:child_process';

/** The program, and the Debian package that has it. */
export const STORE_PROGRAM = 'containers-storage';

const VERSION = '1.43.';
/** Lists what is installed; itself missing where packages are not Debian's. */
const PACKAGES = 'dpkg-query';

/** Says why tests of stores cannot run here; undefined where they can. */
export function whyNoStore(): string | undefined {
  const asked = spawnSync(PACKAGES, ['-W', '-f', '${Version}', STORE_PROGRAM], {
    encoding: 'utf8',
  });
  if (asked.status !== 0) return `Debian's package ${STORE_PROGRAM} is not installed`;
  if (asked.stdout.startsWith(VERSION)) return undefined;
  return `${STORE_PROGRAM} is ${asked.stdout} here, and the profile is of ${VERSION}x`;
}
