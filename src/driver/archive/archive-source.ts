/**
 * The stream of an archive as the extracting process sees it through a pipe: when the stream
 * fails, the pipe merely ends, and the failure is told by the one who fed it.
 *
 * @source moby pkg/chrootarchive/archive_unix.go invokeUnpack; Go 1.13 os/exec Cmd.Wait
 * @internal
 */
export class ArchiveSource implements AsyncIterable<Uint8Array> {
  readonly #stream: AsyncIterable<Uint8Array>;
  #failure: { readonly error: unknown } | undefined;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#stream = stream;
  }

  /** What the stream failed with, if it did. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      // Views of Node's buffers are made several times slower than those of plain bytes, and an
      // archive is cut into several views an entry.
      for await (const { buffer, byteOffset, length } of this.#stream) {
        yield new Uint8Array(buffer, byteOffset, length);
      }
    } catch (error) {
      this.#failure = { error };
    }
  }
}
