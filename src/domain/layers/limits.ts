/**
 * The most lowers that a layer may have.
 *
 * @source moby overlay2/overlay.go maxDepth
 * @public
 * @since 0.1.0
 */
export const LOWERS_MAX = 128;

/**
 * The length of a link id in bytes. With it `(length + len("l") + 1) * LOWERS_MAX` leaves 512 bytes
 * of a 4096-byte page to a mount label.
 *
 * @source moby overlay2/overlay.go idLength
 * @public
 * @since 0.1.0
 */
export const LINK_ID_LENGTH = 26;

/**
 * The longest file name that Linux takes, in bytes.
 *
 * @source Linux include/uapi/linux/limits.h NAME_MAX
 * @public
 * @since 0.1.0
 */
export const NAME_BYTES_MAX = 255;
