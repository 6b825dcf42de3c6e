/** What some scenarios need of a host; each need tells why it is not met. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const NEEDS: Readonly<Record<string, () => string | undefined>> = {
  hugetlbfs: () => whyNoFileSystem('hugetlbfs'),
  btrfs: () => whyNoFileSystem('btrfs') ?? whyNoProgram('mkfs.btrfs'),
  xfs: () => whyNoFileSystem('xfs') ?? whyNoProgram('mkfs.xfs'),
  'no-selinux': () =>
    existsSync('/sys/fs/selinux/enforce') ? 'the labels are made up, and SELinux is on' : undefined,
  // Its size is a page, and it gives two bytes.
  'short-file': () =>
    existsSync('/sys/module/overlay/parameters/check_copy_up') &&
    readFileSync('/sys/module/overlay/parameters/check_copy_up', 'utf8') === 'N\n'
      ? undefined
      : 'the overlay module has no parameter check_copy_up, or it is set',
  'debian-accounts': () =>
    /^daemon:[^:]*:1:1:/m.test(readFileSync('/etc/passwd', 'utf8')) &&
    /^mail:[^:]*:8:/m.test(readFileSync('/etc/group', 'utf8'))
      ? undefined
      : "ids 1 and 8 are not Debian's daemon and mail",
};

/** Tells why a scenario cannot be played here; undefined when it can. */
export function whyNotHere(needs: readonly string[] = []): string | undefined {
  for (const need of needs) {
    const probe = NEEDS[need];
    if (probe === undefined) throw new Error(`unknown need ${need}`);
    const reason = probe();
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function whyNoFileSystem(type: string): string | undefined {
  const has = (): boolean =>
    new RegExp(`\\t${type}$`, 'm').test(readFileSync('/proc/filesystems', 'utf8'));
  // A file system that is a module is not listed before it is loaded.
  if (!has()) spawnSync('modprobe', [type]);
  return has() ? undefined : `this kernel has no ${type}`;
}

function whyNoProgram(name: string): string | undefined {
  return spawnSync(name, ['-V']).error === undefined ? undefined : `${name} is not installed`;
}
