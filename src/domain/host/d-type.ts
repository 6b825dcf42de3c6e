import { NotSupportedError } from './not-supported.js';

/** How to make a file system tell entry types, where there is a way. */
const ADVICE_OF: ReadonlyMap<string, string> = new Map([
  ['xfs', ' Reformat the filesystem with ftype=1 to enable d_type support.'],
  [
    'extfs',
    ' Reformat the filesystem (or use tune2fs) with -O filetype flag to enable d_type support.',
  ],
]);

/**
 * Gives moby's text for a home whose directory entries carry no type.
 *
 * @param driver - the driver's name, `overlay2`.
 * @param backingFs - the backing file system's name.
 * @source moby daemon/graphdriver/overlayutils/overlayutils.go ErrDTypeNotSupported
 * @public
 * @since 0.1.0
 */
export function dTypeNotSupportedText(driver: string, backingFs: string): string {
  return (
    `${driver}: the backing ${backingFs} filesystem is formatted without d_type support, ` +
    'which leads to incorrect behavior.' +
    (ADVICE_OF.get(backingFs) ?? '') +
    ' Backing filesystems without d_type support are not supported.'
  );
}

/**
 * The home's directory entries carry no type, and nothing is in the home yet.
 *
 * @source moby daemon/graphdriver/overlayutils/overlayutils.go ErrDTypeNotSupported
 * @public
 * @since 0.1.0
 */
export class DTypeNotSupportedError extends NotSupportedError {
  readonly driver: string;
  readonly backingFs: string;

  constructor(driver: string, backingFs: string) {
    super(dTypeNotSupportedText(driver, backingFs));
    this.driver = driver;
    this.backingFs = backingFs;
  }
}
