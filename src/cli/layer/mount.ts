import type { Command } from 'commander';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { runOperation } from './operation.js';

interface MountOptions extends LayerOptions {
  readonly label: string;
}

/**
 * Adds `layer mount`, which prints the path of a layer's tree. The mount outlives the command.
 *
 * @internal
 */
export function registerMount(layer: Command, streams: CliStreams): void {
  addLayerOptions(layer.command('mount').description('mount a layer; prints the path of its tree'))
    .argument('<id>', 'the layer')
    .option('--label <label>', 'SELinux label of the mount', '')
    .action((id: string, options: MountOptions) =>
      runOperation(streams, options, ['mount', id], async (operation) => {
        const path = await operation.write(({ driver }) => driver.get(id, options.label));
        await operation.answer(`${path}\n`, { id, path });
      }),
    );
}
