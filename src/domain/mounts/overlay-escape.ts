/**
 * How overlayfs reads its option string: first it is split at commas, then `lowerdir` at colons;
 * a backslash takes the next byte as it is in both steps, and is dropped in the end.
 *
 * @source Linux fs/overlayfs/params.c ovl_next_opt, ovl_unescape, ovl_parse_param_split_lowerdirs
 */

/**
 * Escapes a path for `lowerdir=`, where a colon separates layers.
 *
 * @returns the path with a backslash before each `\`, `,` and `:`.
 * @source Linux Documentation/filesystems/overlayfs.rst
 * @public
 * @since 0.1.0
 */
export function escapeLowerdir(path: string): string {
  return path.replace(/[\\,:]/g, '\\$&');
}

/**
 * Escapes a path for `upperdir=` and `workdir=`, where a colon is a plain character.
 *
 * @returns the path with a backslash before each `\` and `,`.
 * @source Linux Documentation/filesystems/overlayfs.rst
 * @public
 * @since 0.1.0
 */
export function escapeLayerOption(path: string): string {
  return path.replace(/[\\,]/g, '\\$&');
}

/**
 * Splits mount data at its unescaped commas, as the kernel does; what was escaped stays so.
 * Quotes mean nothing here: a label is taken out by the security module before.
 *
 * @returns the options in order; empty ones, which the kernel skips, are left out.
 * @source Linux fs/overlayfs/params.c ovl_next_opt
 * @public
 * @since 0.1.0
 */
export function splitMountOptions(data: string): readonly string[] {
  return splitUnescaped(data, ',').filter((option) => option !== '');
}

/**
 * Splits the value of `lowerdir` at its unescaped colons and removes the escapes.
 *
 * @returns paths, uppermost first; an empty one where two colons meet.
 * @source Linux fs/overlayfs/params.c ovl_parse_param_split_lowerdirs
 * @public
 * @since 0.1.0
 */
export function splitLowerdir(value: string): readonly string[] {
  return splitUnescaped(value, ':').map(unescapeLayerOption);
}

/**
 * Removes the escapes of the value of `upperdir` or `workdir`; a lone backslash at the end goes.
 *
 * @source Linux fs/overlayfs/params.c ovl_unescape
 * @public
 * @since 0.1.0
 */
export function unescapeLayerOption(value: string): string {
  return value.replace(/\\(.?)/gs, '$1');
}

function splitUnescaped(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at);
    if (unit === '\\') at += 1;
    else if (unit === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
