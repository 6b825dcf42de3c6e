import type { Command } from 'commander';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { type Operation, runOperation } from './operation.js';
import { decideParent, parentOption } from './parent.js';

interface DiffSizeOptions extends LayerOptions {
  readonly parent?: string;
}

/**
 * Adds `layer diffsize`, which prints how many bytes a layer adds to its parent.
 *
 * @internal
 */
export function registerDiffSize(layer: Command, streams: CliStreams): void {
  addLayerOptions(layer.command('diffsize').description("print a layer's size in bytes"))
    .argument('<id>', 'the layer')
    .addOption(parentOption())
    .action((id: string, options: DiffSizeOptions) =>
      runOperation(streams, options, ['diffsize', id], async (operation) => {
        const sizeBytes = await diffSize(operation, id, options.parent);
        await operation.answer(`${sizeBytes}\n`, { id, sizeBytes });
      }),
    );
}

async function diffSize(
  operation: Operation,
  id: string,
  told: string | undefined,
): Promise<bigint> {
  const read = await operation.read(async ({ reader }) => {
    const parent = await decideParent(reader, id, told);
    if (!(await reader.isNative(id, parent))) return { parent };
    return { sizeBytes: await reader.diffSize(id, parent) };
  });
  if (read.sizeBytes !== undefined) return read.sizeBytes;
  return operation.write(({ driver }) => {
    operation.noteMounting();
    return driver.diffSize(id, read.parent);
  });
}
