import { join } from 'node:path';
import type { Command } from 'commander';
import { openArchive } from '../archive-input.js';
import { UsageError } from '../exit-code.js';
import { InterruptedError } from '../interruption.js';
import { Progress } from '../progress.js';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { type Operation, runOperation } from './operation.js';
import { decideParent, parentOption } from './parent.js';

interface ApplyOptions extends LayerOptions {
  readonly parent?: string;
}

/**
 * Adds `layer apply`, which unpacks the archive on standard input into a layer.
 *
 * @internal
 */
export function registerApply(layer: Command, streams: CliStreams): void {
  const words = 'unpack a tar, tar.gz or tar.zst from standard input into a layer; prints its size';
  addLayerOptions(layer.command('apply').description(words))
    .argument('<id>', 'the layer')
    .addOption(parentOption())
    .action((id: string, options: ApplyOptions) =>
      runOperation(streams, options, ['apply', id], (operation) =>
        apply(operation, id, options.parent),
      ),
    );
}

async function apply(operation: Operation, id: string, told: string | undefined): Promise<void> {
  const { streams, interruption, options } = operation;
  const { stdin } = streams;
  if (stdin.isTTY === true) {
    throw new UsageError('the archive comes from standard input, which is a terminal here');
  }
  // Whoever waits for the next bytes is told by their failure.
  const endInput = interruption.onInterrupt(() => {
    if (interruption.signal !== undefined) stdin.destroy(new InterruptedError(interruption.signal));
  });
  try {
    const sizeBytes = await operation.write(async (writer) => {
      const parent = await decideParent(await writer.openReader(), id, told);
      await writer.lock(join(options.home, id), 'exclusive', options.wait);
      const progress = new Progress(streams);
      try {
        const archive = new WatchedSource(await openArchive(progress.watch(stdin)));
        const applied = writer.driver.applyDiff(id, parent, archive);
        return await applied.catch((error: unknown) => {
          // To the driver a source that fails is a pipe that ends, as it is to the seed.
          throw archive.failure ?? error;
        });
      } finally {
        progress.end();
      }
    });
    await operation.answer(`${sizeBytes}\n`, { id, sizeBytes });
  } finally {
    endInput();
    stdin.destroy();
  }
}

/** Remembers what the source failed with. */
class WatchedSource implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>;
  failure: unknown;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* this.#source;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
