import type { ByteString, NodeKey } from '../../domain/union/volume.js';
import type { FindMachineVolume, MachineVolume } from './machine-volume.js';
import type { Mount, MountTable } from './mount-table.js';
import { PathWalk } from './path-walk.js';

const DEVICE_BITS = 32n;
const MINOR_MASK = 0xffff_ffffn;
/** The parent of a namespace's root is told as a mount that nobody sees. */
const NO_PARENT = 1;
/** What the kernel writes as three octal digits. */
const ESCAPED = /[ \t\n\\]/g;

/**
 * Gives the text of `/proc/self/mountinfo`.
 *
 * @returns bytes, one character each.
 * @source Linux fs/proc_namespace.c show_mountinfo
 * @internal
 */
export function formatMountInfo(find: FindMachineVolume, mounts: MountTable): ByteString {
  let text = '';
  for (const mount of mounts.all()) {
    const { id, at, volume, text: told } = mount;
    const parent = at === undefined ? NO_PARENT : (mounts.of(at.volume)?.id ?? NO_PARENT);
    const root = find(volume);
    const { dev } = root.attributes(root.root);
    const device = `${dev >> DEVICE_BITS}:${dev & MINOR_MASK}`;
    const path = escape(pathOf(find, mounts, mount));
    const source = escape(told.source);
    const options = told.superOptions;
    text += `${id} ${parent} ${device} / ${path} ${told.options} - `;
    text += `${told.fsType} ${source} ${options}\n`;
  }
  return text;
}

/** Gives where a mountpoint is now; directories above it may have been renamed. */
function pathOf(find: FindMachineVolume, mounts: MountTable, mount: Mount): ByteString {
  const { at } = mount;
  if (at === undefined || isStillAt(find, mounts, mount)) return mount.path;
  const volume = find(at.volume);
  const below = mounts.of(at.volume);
  const start = below === undefined ? '/' : pathOf(find, mounts, below);
  return `${start === '/' ? '' : start}${pathWithin(volume, at.node)}`;
}

function isStillAt(find: FindMachineVolume, mounts: MountTable, { at, path }: Mount): boolean {
  return at !== undefined && new PathWalk(find, mounts).leadsTo(path, at);
}

function pathWithin(volume: MachineVolume, node: NodeKey): ByteString {
  let path = '';
  for (let at = node; at !== volume.root; at = volume.parent(at)) {
    const parent = volume.parent(at);
    const entry = volume.entries(parent).find(({ name }) => volume.lookup(parent, name) === at);
    path = `/${entry?.name ?? ''}${path}`;
  }
  return path;
}

function escape(text: string): string {
  return text.replace(ESCAPED, octal);
}

function octal(character: string): string {
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
