/**
 * `umount2` flag: detach now, clean up when no longer busy.
 *
 * @public
 * @since 0.1.0
 */
export const MNT_DETACH = 2;
