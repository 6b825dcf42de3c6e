import { join } from 'node:path';
import type { Command } from 'commander';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { runOperation } from './operation.js';

/**
 * Adds `layer rm`.
 *
 * @internal
 */
export function registerRm(layer: Command, streams: CliStreams): void {
  addLayerOptions(layer.command('rm').description('unmount and remove a layer'))
    .argument('<id>', 'the layer')
    .action((id: string, options: LayerOptions) =>
      runOperation(streams, options, ['rm', id], async (operation) => {
        await operation.write(async (writer) => {
          // To the driver an unknown layer is removed already; here it is a slip.
          await (await writer.openReader()).requireLayer(id);
          await writer.lock(join(options.home, id), 'exclusive', options.wait);
          await writer.driver.remove(id);
        });
        if (operation.json) await operation.answer('', { id });
      }),
    );
}
