import type { MountedUnion } from '../../domain/union/mount-overlay.js';
import type { KernelFacts } from './kernel-facts.js';

/** What the kernel writes as three octal digits in the value of an option. */
const ESCAPED = /[, \t\n\\]/g;

/**
 * Gives the options of a mounted overlay as the mount table shows them: paths as they were given,
 * then whatever differs from the module's settings; blanks, commas and backslashes in values are
 * escaped.
 *
 * @source Linux fs/overlayfs/params.c ovl_show_options
 * @internal
 */
export function formatOverlayOptions(mounted: MountedUnion, kernel: KernelFacts): string {
  const { options, settings, parts } = mounted;
  const isOn = (name: string): boolean => kernel.overlayParameters[name] === 'Y';
  const shown: string[] = [parts.readOnly ? 'ro' : 'rw'];
  if (options.lowersApart) {
    shown.push(...options.lowers.map((path) => `lowerdir+=${value(path)}`));
    shown.push(...options.dataLowers.map((path) => `datadir+=${value(path)}`));
  } else {
    shown.push(`lowerdir=${value(options.lowerdir ?? '')}`);
  }
  if (options.upperdir !== undefined) {
    shown.push(`upperdir=${value(options.upperText ?? '')}`);
    shown.push(`workdir=${value(options.workText ?? '')}`);
  }
  if (options.defaultPermissions) shown.push('default_permissions');
  const redirect = redirectToShow(mounted, isOn);
  if (redirect !== undefined) shown.push(`redirect_dir=${redirect}`);
  if (parts.settings.index !== isOn('index') && !isForcedOff(mounted)) {
    shown.push(`index=${parts.settings.index ? 'on' : 'off'}`);
  }
  const isUuidShown = parts.rules.marksUuid ? settings.uuid !== 'auto' : options.uuid === 'off';
  if (isUuidShown) shown.push(`uuid=${settings.uuid}`);
  const xino = isOn('xino_auto') ? 'auto' : 'off';
  if (settings.xino !== xino && parts.pseudoDevices.length > 0) shown.push(`xino=${settings.xino}`);
  if (settings.volatile) {
    shown.push(parts.rules.options.has('fsync') ? 'fsync=volatile' : 'volatile');
  }
  if (options.userXattr) shown.push('userxattr');
  return shown.join(',');
}

/** Older kernels compare the words; newer ones what they have come to. */
function redirectToShow(
  { options, settings, parts: { rules } }: MountedUnion,
  isOn: (name: string) => boolean,
): string | undefined {
  if (!rules.knowsRedirects) return undefined;
  if (!rules.showsSettledRedirect) {
    const { redirect } = options;
    const usual = isOn('redirect_dir') ? 'on' : 'off';
    return redirect === usual ? undefined : redirect;
  }
  const followed = isOn('redirect_always_follow') ? 'follow' : 'nofollow';
  const usual = isOn('redirect_dir') ? 'on' : followed;
  return settings.redirect === usual ? undefined : settings.redirect;
}

/** Without an upper there is no index to be told of. */
function isForcedOff({ parts }: MountedUnion): boolean {
  return parts.upper === undefined && !parts.settings.index && parts.readOnly;
}

function value(text: string): string {
  return text.replace(
    ESCAPED,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
