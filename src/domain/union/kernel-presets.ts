import { GraphDriverError } from '../errors.js';
import type { KernelPreset, UnionRules } from './kernel-preset.js';

/** Parameters of the module with the release that brought them, and upstream's default. */
const PARAMETERS: readonly (readonly [name: string, since: number, text: string])[] = [
  ['check_copy_up', 4_019, 'N'],
  ['index', 4_013, 'N'],
  ['metacopy', 4_019, 'N'],
  ['nfs_export', 4_016, 'N'],
  ['redirect_always_follow', 4_015, 'Y'],
  ['redirect_dir', 4_010, 'N'],
  ['redirect_max', 4_013, '256'],
  ['xino_auto', 4_017, 'N'],
];

/** Mount options with the release that brought them. */
const OPTIONS: readonly (readonly [name: string, since: number])[] = [
  ['lowerdir', 3_018],
  ['upperdir', 3_018],
  ['workdir', 3_018],
  ['default_permissions', 4_001],
  ['redirect_dir', 4_010],
  ['index', 4_013],
  ['nfs_export', 4_016],
  ['xino', 4_017],
  ['metacopy', 4_019],
  ['volatile', 5_010],
  ['userxattr', 5_011],
  ['uuid', 5_012],
  ['verity', 6_006],
  ['lowerdir+', 6_008],
  ['datadir+', 6_008],
  ['override_creds', 6_015],
  ['nooverride_creds', 6_015],
  ['fsync', 6_018],
];

/** Options that came with an update of a release, after newer releases had them. */
const BACKPORTED: ReadonlyMap<number, readonly string[]> = new Map([[6_012, ['fsync']]]);

/** Names, `uname` releases as distributions have them, and whether a run agreed. */
const KERNELS: readonly (readonly [name: string, release: string, confirmed: boolean])[] = [
  ['4.0', '4.0.0-1-amd64', false],
  ['4.19', '4.19.0-27-amd64', false],
  ['5.4', '5.4.0-216-generic', false],
  ['5.10', '5.10.0-34-amd64', false],
  ['5.15', '5.15.0-139-generic', false],
  ['6.1', '6.1.0-34-amd64', false],
  ['6.6', '6.6.89-generic', false],
  ['6.8', '6.8.0-60-generic', false],
  ['6.12', '6.12.117-amd64', false],
  ['6.18', '6.18.15-amd64', true],
  ['newest', '7.0.0-amd64', false],
];

/**
 * Every kernel that has a name, oldest first.
 *
 * @source Linux Documentation/filesystems/overlayfs.rst and the history of fs/overlayfs
 * @internal
 */
export const KERNEL_PRESETS: readonly KernelPreset[] = Object.freeze(
  KERNELS.map(([name, release, confirmed]) => {
    const version = versionOf(release);
    const known = PARAMETERS.filter(([, since]) => version >= since);
    const parameters = Object.fromEntries(known.map(([parameter, , text]) => [parameter, text]));
    return Object.freeze({ name, release, confirmed, parameters, rules: rulesOf(version) });
  }),
);

/**
 * Gives the kernel of a name. Behind the name may stand parameters of the module that are on in
 * it, as distributions set them: `6.18+redirect_dir`.
 *
 * @throws GraphDriverError code `kernel-preset` for a name that none has, and for a parameter that
 *   the kernel does not have, or that is no switch.
 * @internal
 */
export function findKernelPreset(name: string): KernelPreset {
  const [base, ...switches] = name.split('+');
  const preset = KERNEL_PRESETS.find((kernel) => kernel.name === base);
  if (preset === undefined) {
    const names = KERNEL_PRESETS.map((kernel) => kernel.name).join(', ');
    throw refusal(`no kernel is named ${base}; there are ${names}`);
  }
  if (switches.length === 0) return preset;
  const parameters = { ...preset.parameters };
  for (const parameter of switches) {
    if (!/^[YN]$/.test(parameters[parameter] ?? '')) {
      const known = Object.keys(parameters).filter((it) => /^[YN]$/.test(parameters[it] ?? ''));
      const what = known.length === 0 ? 'none' : known.join(', ');
      throw refusal(`${base} has no switch ${parameter}; there are ${what}`);
    }
    parameters[parameter] = 'Y';
  }
  return { ...preset, name, parameters };
}

function refusal(text: string): GraphDriverError {
  return new GraphDriverError('kernel-preset', text);
}

/** Gives the rules of a release: major times a thousand and minor. */
function rulesOf(version: number): UnionRules {
  const known = OPTIONS.filter(([, since]) => version >= since).map(([name]) => name);
  return Object.freeze({
    options: new Set([...known, ...(BACKPORTED.get(version) ?? [])]),
    mountApi: version >= 6_005,
    lowersMax: 500,
    // Seen on 5.10 and 6.1; between them nobody has looked.
    limitErrno: version < 6_001 ? 'ENOMEM' : 'EINVAL',
    showsSettledRedirect: version >= 6_005,
    // Seen on 6.12.117, not on 6.1 and not on 6.18.
    copyUpRefusesTaken: version >= 6_012 && version < 6_018,
    skipsStaleEntries: version >= 5_014,
    tmpfsUserAttributes: version >= 6_006,
    dataLowersAlone: version >= 6_016,
    overlapIsLoop: version >= 5_002,
    marksInUse: version >= 4_013,
    sharesWhiteouts: version >= 5_008,
    escapesXattrs: version >= 6_007,
    knowsXattrWhiteouts: version >= 6_007,
    opaqueOptimisation:
      version < 4_010 ? 'never' : version < 5_014 ? 'always' : 'with-new-features',
    copiesPrivateXattrs: version < 4_008,
    marksOrigin: version >= 4_012,
    mendsOrigin: version >= 4_016,
    knowsRedirects: version >= 4_010,
    refusesRedirectsAtOnce: version >= 6_016,
    offMayFollow: version >= 4_015,
    marksUuid: version >= 6_006,
    pseudoDevices: version >= 4_015,
  });
}

function versionOf(release: string): number {
  const [major = '0', minor = '0'] = release.split('.');
  return Number(major) * 1000 + Number(minor);
}
