import { inodeError } from './inode-error.js';
import type { UnionRules } from './kernel-preset.js';

/** How a mount treats directories that were moved. */
export type RedirectMode = 'on' | 'follow' | 'nofollow';

/**
 * What mount data asks for, before the module's defaults are put in. Paths are unescaped.
 *
 * @internal
 */
export interface MountOptions {
  /** As it was given, for the mount table. */
  lowerdir?: string;
  /** Uppermost first. */
  lowers: readonly string[];
  /** Layers behind `::`, of which only metacopied files take their bytes. */
  dataLowers: readonly string[];
  /** Whether the lowers came one by one, which is shown so. */
  lowersApart: boolean;
  upperdir?: string;
  workdir?: string;
  /** As it was given, for the mount table. */
  upperText?: string;
  workText?: string;
  redirect?: 'on' | 'off' | 'follow' | 'nofollow';
  index?: boolean;
  nfsExport?: boolean;
  metacopy?: boolean;
  xino?: 'on' | 'off' | 'auto';
  uuid?: 'on' | 'off' | 'null' | 'auto';
  verity?: 'on' | 'off' | 'require';
  fsync?: 'volatile' | 'auto' | 'strict';
  userXattr: boolean;
  defaultPermissions: boolean;
  /** `ro` among the options, which the mount API knows. */
  readOnly: boolean;
}

/** Is told of every path when it is read, since newer kernels look it up at once. */
export type PathSeen = (kind: 'lower' | 'upper' | 'work', path: string) => void;

/** Names that the mount API takes for flags of any file system. */
const COMMON: ReadonlySet<string> = new Set(
  'async dirsync lazytime mand nolazytime nomand rw sync'.split(' '),
);

const ON_OFF = ['on', 'off'] as const;
const UUID_MODES = ['on', 'off', 'null', 'auto'] as const;
const FLAGS: ReadonlySet<string> = new Set([
  'default_permissions',
  'userxattr',
  'volatile',
  'override_creds',
  'nooverride_creds',
]);

/**
 * Reads classic mount data as overlayfs does. A later option wins over an earlier one.
 *
 * @param data - the option string, cut at a page already.
 * @param seen - called in order; what it throws ends the reading. Older kernels call it after all.
 * @throws InodeError EINVAL for what overlayfs does not know or cannot read.
 * @source Linux fs/overlayfs/params.c ovl_parse_param; fs/overlayfs/super.c ovl_parse_opt
 * @internal
 */
export function parseMountOptions(data: string, rules: UnionRules, seen: PathSeen): MountOptions {
  const options: MountOptions = {
    lowers: [],
    dataLowers: [],
    lowersApart: false,
    userXattr: false,
    defaultPermissions: false,
    readOnly: false,
  };
  const atOnce = rules.mountApi ? seen : (): void => undefined;
  for (const option of splitOptions(data)) {
    const equals = option.indexOf('=');
    if (rules.mountApi && equals === 0) continue;
    const name = equals === -1 ? option : option.slice(0, equals);
    const value = equals === -1 ? undefined : option.slice(equals + 1);
    readOption(options, rules, { name, value }, atOnce);
  }
  return options;
}

/**
 * Splits mount data at the commas that no backslash precedes. Escapes stay; empty options go.
 *
 * @source Linux fs/overlayfs/params.c ovl_next_opt
 * @internal
 */
export function splitOptions(data: string): readonly string[] {
  const options: string[] = [];
  let option = '';
  for (let at = 0; at < data.length; at++) {
    const character = data.charAt(at);
    if (character === ',') {
      options.push(option);
      option = '';
    } else {
      option += character;
      // Whatever follows a backslash is no separator.
      if (character === '\\' && at + 1 < data.length) option += data.charAt(++at);
    }
  }
  return [...options, option].filter((text) => text !== '');
}

/**
 * Gives the path that an option's value stands for: a backslash stands for what follows it.
 *
 * @source Linux fs/overlayfs/params.c ovl_unescape
 * @internal
 */
export function unescapePath(text: string): string {
  let path = '';
  for (let at = 0; at < text.length; at++) {
    path += text.charAt(text.charAt(at) === '\\' ? ++at : at);
  }
  return path;
}

interface Option {
  readonly name: string;
  readonly value: string | undefined;
}

function readOption(
  options: MountOptions,
  rules: UnionRules,
  { name, value }: Option,
  seen: PathSeen,
): void {
  if (!rules.options.has(name)) {
    if (!rules.mountApi || value !== undefined) throw inodeError('EINVAL');
    if (name === 'ro' || name === 'rw') options.readOnly = name === 'ro';
    else if (!COMMON.has(name)) throw inodeError('EINVAL');
    return;
  }
  if (FLAGS.has(name) !== (value === undefined)) throw inodeError('EINVAL');
  if (value === undefined) readFlag(options, name);
  else if (!readPath(options, rules, name, value, seen)) readChoice(options, rules, name, value);
}

function readFlag(options: MountOptions, name: string): void {
  if (name === 'userxattr') options.userXattr = true;
  else if (name === 'default_permissions') options.defaultPermissions = true;
  else if (name === 'volatile') options.fsync = 'volatile';
}

function readPath(
  options: MountOptions,
  rules: UnionRules,
  name: string,
  value: string,
  seen: PathSeen,
): boolean {
  switch (name) {
    case 'lowerdir':
      readLowers(options, rules, value, seen);
      return true;
    case 'lowerdir+':
    case 'datadir+':
      readLowerApart(options, name, value, seen);
      return true;
    case 'upperdir':
    case 'workdir':
      if (value === '') throw inodeError('EINVAL');
      readUpper(options, name, value, seen);
      return true;
    default:
      return false;
  }
}

function readUpper(
  options: MountOptions,
  name: 'upperdir' | 'workdir',
  value: string,
  seen: PathSeen,
): void {
  const path = unescapePath(value);
  seen(name === 'upperdir' ? 'upper' : 'work', path);
  options[name] = path;
  options[name === 'upperdir' ? 'upperText' : 'workText'] = value;
}

function readLowers(options: MountOptions, rules: UnionRules, value: string, seen: PathSeen): void {
  options.lowerdir = value;
  options.lowersApart = false;
  options.lowers = [];
  options.dataLowers = [];
  if (value === '') return;
  const { lowers, dataLowers } = rules.mountApi
    ? splitLowersStrictly(value)
    : { lowers: splitAtColons(value), dataLowers: [] };
  if (lowers.length + dataLowers.length > rules.lowersMax) throw inodeError(rules.limitErrno);
  options.lowers = lowers.map(unescapePath);
  options.dataLowers = dataLowers.map(unescapePath);
  for (const path of [...options.lowers, ...options.dataLowers]) seen('lower', path);
}

function readLowerApart(
  options: MountOptions,
  name: 'lowerdir+' | 'datadir+',
  value: string,
  seen: PathSeen,
): void {
  const together = options.lowers.length > 0 && !options.lowersApart;
  const behindData = name === 'lowerdir+' && options.dataLowers.length > 0;
  if (value === '' || together || behindData) throw inodeError('EINVAL');
  seen('lower', value);
  options.lowersApart = true;
  if (name === 'lowerdir+') options.lowers = [...options.lowers, value];
  else options.dataLowers = [...options.dataLowers, value];
}

/**
 * Splits at single colons; after the first double colon all layers are data, each behind a double
 * colon. Any other colon is refused.
 *
 * @source Linux fs/overlayfs/params.c ovl_parse_param_lowerdir
 */
function splitLowersStrictly(value: string): {
  readonly lowers: readonly string[];
  readonly dataLowers: readonly string[];
} {
  const lowers: string[] = [];
  const dataLowers: string[] = [];
  let isData = false;
  let isBehindColon = false;
  for (const part of splitAtColons(value)) {
    if (part === '') {
      // Nothing but the gap of a double colon is allowed between layers.
      if (isBehindColon || lowers.length === 0) throw inodeError('EINVAL');
      isBehindColon = true;
      continue;
    }
    if (isData && !isBehindColon) throw inodeError('EINVAL');
    isData ||= isBehindColon;
    (isData ? dataLowers : lowers).push(part);
    isBehindColon = false;
  }
  if (isBehindColon) throw inodeError('EINVAL');
  return { lowers, dataLowers };
}

function splitAtColons(value: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === ':') {
      parts.push(part);
      part = '';
    } else {
      part += character;
      if (character === '\\' && at + 1 < value.length) part += value.charAt(++at);
    }
  }
  return [...parts, part];
}

function readChoice(options: MountOptions, rules: UnionRules, name: string, value: string): void {
  switch (name) {
    case 'redirect_dir':
      options.redirect = choose(value, ['on', 'off', 'follow', 'nofollow'] as const);
      return;
    case 'xino':
      options.xino = choose(value, ['on', 'off', 'auto'] as const);
      return;
    case 'uuid':
      options.uuid = choose(value, rules.marksUuid ? UUID_MODES : ON_OFF);
      return;
    case 'verity':
      options.verity = choose(value, ['on', 'off', 'require'] as const);
      return;
    case 'fsync':
      options.fsync = choose(value, ['volatile', 'auto', 'strict'] as const);
      return;
    case 'index':
      options.index = choose(value, ON_OFF) === 'on';
      return;
    case 'nfs_export':
      options.nfsExport = choose(value, ON_OFF) === 'on';
      return;
    default:
      options.metacopy = choose(value, ON_OFF) === 'on';
  }
}

function choose<T extends string>(value: string, known: readonly T[]): T {
  const found = known.find((word) => word === value);
  if (found === undefined) throw inodeError('EINVAL');
  return found;
}
