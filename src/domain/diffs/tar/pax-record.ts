import { encodeUtf8 } from '../../utf8.js';
import { decodeByteText, encodeByteText } from './byte-text.js';
import { parseInt64 } from './decimal.js';

const NUL = 0x00;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const EQUALS = 0x3d;

/**
 * One record of a PAX header and where the next begins.
 *
 * @internal
 */
export interface PaxRecord {
  /** A byte text. */
  readonly key: string;
  /** A view of the header's data. */
  readonly value: Uint8Array;
  /** Bytes from the start of the data. */
  readonly end: number;
}

/**
 * Reads the record at a place: `<length> <key>=<value>` and a newline, the length in decimal and
 * of the whole record.
 *
 * @returns the record, or undefined when it is malformed.
 * @source Go 1.13 archive/tar parsePAXRecord
 * @internal
 */
export function parsePaxRecord(data: Uint8Array, start: number): PaxRecord | undefined {
  const space = data.indexOf(SPACE, start);
  if (space < 0) return undefined;
  const length = parseInt64(latin1(data.subarray(start, space)));
  if (length === undefined || length > BigInt(data.length - start)) return undefined;
  const end = start + Number(length);
  // DEPARTURE: a length that ends before its own space crashes Go 1.13.
  if (end <= space + 1 || data[end - 1] !== NEWLINE) return undefined;
  const body = data.subarray(space + 1, end - 1);
  const equals = body.indexOf(EQUALS);
  if (equals < 0) return undefined;
  const key = decodeByteText(body.subarray(0, equals));
  const value = body.subarray(equals + 1);
  return isValidPaxRecord(key, value) ? { key, value, end } : undefined;
}

/**
 * Writes a record; its length counts itself.
 *
 * @param key - a byte text.
 * @source Go 1.13 archive/tar formatPAXRecord
 * @internal
 */
export function formatPaxRecord(key: string, value: Uint8Array): Uint8Array {
  const keyBytes = encodeByteText(key);
  const rest = keyBytes.length + value.length + 3;
  let length = rest + String(rest).length;
  // One more digit in the sum can lengthen it by one.
  length = rest + String(length).length;
  const record = new Uint8Array(length);
  const lead = encodeUtf8(`${length} `);
  record.set(lead, 0);
  record.set(keyBytes, lead.length);
  record[lead.length + keyBytes.length] = EQUALS;
  record.set(value, lead.length + keyBytes.length + 1);
  record[length - 1] = NEWLINE;
  return record;
}

/**
 * Tells whether a record can be written and is accepted: names hold no NUL, keys no `=` and no NUL,
 * other values anything.
 *
 * @source Go 1.13 archive/tar validPAXRecord
 * @internal
 */
export function isValidPaxRecord(key: string, value: Uint8Array): boolean {
  if (key === '' || key.includes('=')) return false;
  switch (key) {
    case 'path':
    case 'linkpath':
    case 'uname':
    case 'gname':
      return !value.includes(NUL);
    default:
      return !key.includes('\0');
  }
}

/** Text with a character a byte, so that what is not ASCII stays apart from every digit. */
function latin1(bytes: Uint8Array): string {
  // A length has few digits; past that only leading zeros are valid, and they are valid here too.
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
