import { trimSpace } from '../go/trim.js';
import { OptionError } from './option-error.js';

/**
 * Splits an option at its first `=`; white space around both halves goes.
 *
 * @throws {@link OptionError} when there is no `=`.
 * @source moby pkg/parsers/parsers.go ParseKeyValueOpt
 * @public
 * @since 0.1.0
 */
export function parseKeyValueOpt(option: string): readonly [key: string, value: string] {
  const at = option.indexOf('=');
  if (at < 0) throw new OptionError(`Unable to parse key/value option: ${option}`);
  return [trimSpace(option.slice(0, at)), trimSpace(option.slice(at + 1))];
}
