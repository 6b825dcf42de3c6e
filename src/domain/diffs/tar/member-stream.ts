import { BLOCK_BYTES, isZeroBlock, paddingLength, SPECIAL_BYTES_MAX } from './block.js';
import type { ByteSource } from './byte-source.js';
import { fieldTooLong, invalidHeader, unexpectedEof } from './tar-error.js';

/**
 * An archive as members: a header block, data, padding. What a member means is the reader's
 * business; where it ends, and where the archive ends, is decided here.
 *
 * @source Go 1.13 archive/tar Reader, regFileReader
 * @internal
 */
export class MemberStream {
  readonly #source: ByteSource;
  /** Bytes of the member's data not read yet. Exact below 2^53, beyond any real archive. */
  #remaining = 0;
  #padding = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Tells whether the member has data that was not read. */
  get hasData(): boolean {
    return this.#remaining > 0;
  }

  /** Says how many bytes of data follow the header that was read last. */
  enter(size: bigint): void {
    if (size < 0n) throw invalidHeader();
    this.#remaining = Number(size);
    this.#padding = paddingLength(size);
  }

  /**
   * Gives the next member's header block past what is left of the current member, if the source
   * has it at hand and it is not zero.
   */
  nextHeaderNow(): Uint8Array | undefined {
    const block = this.#source.takeNow(BLOCK_BYTES, this.#remaining + this.#padding);
    if (block !== undefined) this.#leave();
    return block;
  }

  /**
   * Gives the next member's header block past what is left of the current member.
   *
   * @returns the block, or undefined at the end of the archive: two zero blocks, or no more bytes
   * where a header or padding is due.
   * @throws {@link TarError} `unexpected EOF` when data or a block is cut, and
   * `archive/tar: invalid tar header` when only the first of two blocks is zero.
   */
  async nextHeader(): Promise<Uint8Array | undefined> {
    const padding = this.#padding;
    if ((await this.#source.skip(this.#remaining)) > 0) throw unexpectedEof();
    this.#leave();
    if ((await this.#source.skip(padding)) > 0) return undefined;
    const block = await this.#blockOrEnd();
    if (block === undefined || !isZeroBlock(block)) return block;
    const second = await this.#blockOrEnd();
    if (second === undefined || isZeroBlock(second)) return undefined;
    throw invalidHeader();
  }

  /**
   * Gives a member's whole data, for extensions.
   *
   * @returns a view, good until more is read.
   * @throws {@link TarError} `unexpected EOF`, or `archive/tar: header field too long` beyond
   * {@link SPECIAL_BYTES_MAX} bytes.
   */
  async wholeData(): Promise<Uint8Array> {
    const length = this.#remaining;
    if (length > SPECIAL_BYTES_MAX) {
      // As Go does, which notices that it is too much only when it has read too much.
      const missing = await this.#source.skip(SPECIAL_BYTES_MAX + 1);
      throw missing > 0 ? unexpectedEof() : fieldTooLong();
    }
    const data = await this.#source.take(length);
    if (data.length < length) throw unexpectedEof();
    this.#remaining = 0;
    return data;
  }

  /**
   * Gives the next of a member's data, at most some bytes.
   *
   * @returns a view, good until more is read; undefined when there is none left.
   * @throws {@link TarError} `unexpected EOF` when the source ends first.
   */
  async someData(lengthMax: number): Promise<Uint8Array | undefined> {
    const length = Math.min(lengthMax, this.#remaining);
    if (length === 0) return undefined;
    const data = await this.#source.takeSome(length);
    if (data === undefined) throw unexpectedEof();
    this.#remaining -= data.length;
    return data;
  }

  /** Gives the next block of a member's data. Throws `unexpected EOF` where there is none. */
  async dataBlock(): Promise<Uint8Array> {
    const data = await this.#source.take(Math.min(BLOCK_BYTES, this.#remaining));
    this.#remaining -= data.length;
    if (data.length < BLOCK_BYTES) throw unexpectedEof();
    return data;
  }

  /** Gives the next block before a member's data. Throws `unexpected EOF` when it is cut. */
  async extensionBlock(): Promise<Uint8Array> {
    const block = await this.#blockOrEnd();
    if (block === undefined) throw unexpectedEof();
    return block;
  }

  async #blockOrEnd(): Promise<Uint8Array | undefined> {
    const block = await this.#source.take(BLOCK_BYTES);
    if (block.length === 0) return undefined;
    if (block.length < BLOCK_BYTES) throw unexpectedEof();
    return block;
  }

  #leave(): void {
    this.#remaining = 0;
    this.#padding = 0;
  }
}
