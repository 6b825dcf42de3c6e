import { GraphDriverError, isNotExist, SyscallError } from '../../domain/errors.js';
import type { Ports } from '../context.js';
import { find, type Finding, isForbidden } from './finding.js';
import { mountScratch } from './scratch-mount.js';

/** Options of overlay mounts, and how each is switched on. */
const OPTIONS = [
  { name: 'index', option: 'index=on' },
  { name: 'redirect_dir', option: 'redirect_dir=on' },
  { name: 'metacopy', option: 'metacopy=on' },
  { name: 'xino', option: 'xino=on' },
  { name: 'userxattr', option: 'userxattr' },
] as const;

/**
 * Finds which options of overlay mounts the kernel takes, and which are on when nobody asks.
 *
 * @param scratch - a directory on the file system to try it on.
 * @internal
 */
export async function examineMountOptions(
  ports: Ports,
  scratch: string,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, option } of OPTIONS) {
    const ask = (): Promise<Omit<Finding, 'name' | 'probe'>> =>
      tryOption(ports, scratch, name, option);
    findings.push(await find(name, `mount with ${option}`, ask));
  }
  return findings;
}

async function tryOption(
  ports: Ports,
  scratch: string,
  name: string,
  option: string,
): Promise<Omit<Finding, 'name' | 'probe'>> {
  const byDefault = await defaultOf(ports, name);
  const told = byDefault === undefined ? '' : `default ${byDefault}`;
  let superOptions: readonly string[];
  try {
    superOptions = (await mountScratch(ports, scratch, option))?.superOptions.split(',') ?? [];
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const answer = isForbidden(error) ? 'unknown' : 'no';
    return { answer, value: [error.strerror, told].filter((part) => part !== '').join(', ') };
  }
  // An option that the file system below cannot carry is dropped by the kernel with a warning;
  // the mount table shows options that differ from the default alone. On one file system xino is
  // of no use and always dropped, so that it counts when it is merely known.
  const isOn = superOptions.includes(option) || byDefault === 'on' || name === 'xino';
  return { answer: isOn ? 'yes' : 'no', value: isOn ? told : `mounted without it, ${told}` };
}

async function defaultOf({ kernel }: Ports, name: string): Promise<string | undefined> {
  try {
    const text = (await kernel.overlayParameter(`${name}${name === 'xino' ? '_auto' : ''}`)).trim();
    return text === 'Y' ? 'on' : 'off';
  } catch (error) {
    if (isNotExist(error)) return undefined;
    if (error instanceof GraphDriverError) return 'unknown';
    throw error;
  }
}
