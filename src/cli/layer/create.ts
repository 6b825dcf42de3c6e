import type { Command } from 'commander';
import type { ComposedDriver } from '../../composition.js';
import { collectKeyValue } from '../option-values.js';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { runOperation } from './operation.js';

interface CreateLayerOptions extends LayerOptions {
  readonly parent: string;
  readonly rw?: boolean;
  readonly storageOpt?: readonly string[];
}

/**
 * Adds `layer create`, which also makes the home.
 *
 * @internal
 */
export function registerCreate(layer: Command, streams: CliStreams): void {
  addLayerOptions(layer.command('create').description('make a layer; makes the home, too'))
    .argument('<id>', 'the new layer')
    .option('--parent <id>', 'the layer directly below', '')
    .option('--rw', 'for a container to write to')
    .option('--storage-opt <key=value>', 'storage option, may be repeated', collectKeyValue)
    .action((id: string, options: CreateLayerOptions) =>
      runOperation(streams, options, ['create', id], async (operation) => {
        const { parent, rw = false, storageOpt } = options;
        const storage = storageOpt === undefined ? {} : { storageOpt: asMap(storageOpt) };
        const make = ({ driver }: ComposedDriver): Promise<void> =>
          rw ? driver.createReadWrite(id, parent, storage) : driver.create(id, parent, storage);
        await operation.write(make, { mayMakeHome: true });
        if (operation.json) await operation.answer('', { id, parent });
      }),
    );
}

function asMap(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
