import type { Command } from 'commander';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { runOperation } from './operation.js';

/**
 * Adds `layer umount`. Users are counted in a process, so that this one always is the last: a
 * layer that was mounted twice is unmounted by one call.
 *
 * @internal
 */
export function registerUmount(layer: Command, streams: CliStreams): void {
  addLayerOptions(layer.command('umount').description('unmount a layer, however often mounted'))
    .argument('<id>', 'the layer')
    .action((id: string, options: LayerOptions) =>
      runOperation(streams, options, ['umount', id], async (operation) => {
        await operation.write(async (writer) => {
          // To the driver an unknown layer is one that is not mounted; here it is a slip.
          await (await writer.openReader()).requireLayer(id);
          await writer.driver.put(id);
        });
        if (operation.json) await operation.answer('', { id });
      }),
    );
}
