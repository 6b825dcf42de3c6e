import type { Timestamp } from '../../host/file-stat.js';
import { parseInt64 } from './decimal.js';

const NANOSECOND_DIGITS = 9;
const NANOSECONDS = 1_000_000_000;

/**
 * Reads a PAX time: decimal seconds, and digits of a second after a dot; more than nine are cut.
 *
 * @returns the moment, or undefined when the text is no time.
 * @source Go 1.13 archive/tar parsePAXTime
 * @internal
 */
export function parsePaxTime(text: string): Timestamp | undefined {
  const dot = text.indexOf('.');
  const whole = dot < 0 ? text : text.slice(0, dot);
  const fraction = dot < 0 ? '' : text.slice(dot + 1);
  const seconds = parseInt64(whole);
  if (seconds === undefined || !/^[0-9]*$/.test(fraction)) return undefined;
  const nanoseconds = Number(fraction.slice(0, NANOSECOND_DIGITS).padEnd(NANOSECOND_DIGITS, '0'));
  if (nanoseconds === 0 || !whole.startsWith('-')) return { seconds, nanoseconds };
  // A negative time counts its fraction backwards, the stored nanoseconds count forwards. Go's
  // second wraps around in 64 bits.
  return {
    seconds: BigInt.asIntN(64, seconds - 1n),
    nanoseconds: NANOSECONDS - nanoseconds,
  };
}

/**
 * Writes a PAX time, without fraction when there is none and without trailing zeros.
 *
 * @source Go 1.13 archive/tar formatPAXTime
 * @internal
 */
export function formatPaxTime({ seconds, nanoseconds }: Timestamp): string {
  if (nanoseconds === 0) return seconds.toString();
  const negative = seconds < 0n;
  const whole = negative ? -(seconds + 1n) : seconds;
  const rest = negative ? NANOSECONDS - nanoseconds : nanoseconds;
  const fraction = rest.toString().padStart(NANOSECOND_DIGITS, '0').replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}.${fraction}`;
}
