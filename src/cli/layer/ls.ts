import type { Command } from 'commander';
import { GraphDriverError } from '../../domain/errors.js';
import type { OverlayReader } from '../../driver/reader.js';
import type { CliStreams } from '../streams.js';
import { oneLine } from '../failure.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { runOperation } from './operation.js';

/**
 * Adds `layer ls`, which lists the ids of all layers; with `--json` what each is like, too.
 *
 * @internal
 */
export function registerLs(layer: Command, streams: CliStreams): void {
  addLayerOptions(layer.command('ls').description('list the layers')).action(
    (options: LayerOptions) =>
      runOperation(streams, options, ['ls'], async (operation) => {
        await operation.read(async ({ reader }) => {
          const ids = await reader.ids();
          const text = ids.map((id) => `${oneLine(id)}\n`).join('');
          await operation.answer(text, operation.json ? await summaries(reader, ids) : []);
        });
      }),
  );
}

/** A layer that cannot be read is listed with what is wrong, and the others are listed still. */
async function summaries(reader: OverlayReader, ids: readonly string[]): Promise<object[]> {
  const found: object[] = [];
  for (const id of ids) {
    try {
      found.push(await reader.summarize(id));
    } catch (error) {
      if (!(error instanceof GraphDriverError)) throw error;
      found.push({ id, error: error.message });
    }
  }
  return found;
}
