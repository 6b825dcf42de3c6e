import { goQuote } from '../go/quote.js';

/**
 * Appends an SELinux label to mount options. The quotes protect commas from the security module's
 * option scanner; overlayfs never sees them.
 *
 * @param options - mount options, may be empty.
 * @param label - the label, `''` for none.
 * @returns `<options>,context=<%q of the label>`.
 * @source opencontainers/selinux go-selinux/label/label_selinux.go FormatMountLabel
 * @public
 * @since 0.1.0
 */
export function formatMountLabel(options: string, label: string): string {
  if (label === '') return options;
  const context = `context=${goQuote(label)}`;
  return options === '' ? context : `${options},${context}`;
}
