import { GraphDriverError } from '../errors.js';
import { goQuote } from './quote.js';

/** Words that Go reads as a boolean. */
const TRUE_WORDS: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE_WORDS: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Why Go could not read a number.
 *
 * @public
 * @since 0.1.0
 */
export type GoNumErrorReason = 'invalid syntax' | 'value out of range';

/**
 * A text that is no number (or boolean) to Go. The message is Go's
 * `strconv.<function>: parsing <%q>: <reason>`.
 *
 * @source Go 1.13 strconv/atoi.go NumError
 * @public
 * @since 0.1.0
 */
export class GoNumError extends GraphDriverError {
  /** Name of the strconv function. */
  readonly functionName: string;
  readonly text: string;
  readonly reason: GoNumErrorReason;

  constructor(functionName: string, text: string, reason: GoNumErrorReason) {
    super('number', `strconv.${functionName}: parsing ${goQuote(text)}: ${reason}`);
    this.functionName = functionName;
    this.text = text;
    this.reason = reason;
  }
}

/**
 * Reads a boolean from one of Go's twelve words.
 *
 * @throws {@link GoNumError} for any other text.
 * @source Go 1.13 strconv/atob.go ParseBool
 * @public
 * @since 0.1.0
 */
export function parseBool(text: string): boolean {
  if (TRUE_WORDS.includes(text)) return true;
  if (FALSE_WORDS.includes(text)) return false;
  throw new GoNumError('ParseBool', text, 'invalid syntax');
}

/**
 * Reads a decimal integer of Go's 64-bit `int`; a sign may lead.
 *
 * @throws {@link GoNumError} when the text is none, or is beyond 64 bits.
 * @source Go 1.13 strconv/atoi.go Atoi
 * @public
 * @since 0.1.0
 */
export function atoi(text: string): bigint {
  if (!INTEGER.test(text)) throw new GoNumError('Atoi', text, 'invalid syntax');
  const value = BigInt(text);
  if (!isInt64(value)) throw new GoNumError('Atoi', text, 'value out of range');
  return value;
}

/**
 * Tells whether a value fits Go's `int64`.
 *
 * @public
 * @since 0.1.0
 */
export function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/**
 * Reads a decimal number as a 64-bit float, rounded to the nearest. Only decimal forms: Go's
 * hexadecimal and underscored ones and its words `inf` and `nan` never reach the driver's parsers.
 *
 * @throws {@link GoNumError} when the text is none, or is beyond the greatest float.
 * @source Go 1.13 strconv/atof.go ParseFloat
 * @public
 * @since 0.1.0
 */
export function parseFloat(text: string): number {
  if (!DECIMAL.test(text)) throw new GoNumError('ParseFloat', text, 'invalid syntax');
  const value = Number(text);
  if (!Number.isFinite(value)) throw new GoNumError('ParseFloat', text, 'value out of range');
  return value;
}
