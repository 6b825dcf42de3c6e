import { scanLines } from '../go/lines.js';

/**
 * Tells from `/proc/filesystems` whether the kernel has overlay.
 *
 * @source moby overlay2/overlay.go supportsOverlay
 * @public
 * @since 0.1.0
 */
export function listsOverlay(text: string): boolean {
  return scanLines(text).lines.includes('nodev\toverlay');
}
