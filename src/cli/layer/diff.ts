import { join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../exit-code.js';
import { InterruptedError } from '../interruption.js';
import { writeTo } from '../output.js';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { type Operation, runOperation } from './operation.js';
import { decideParent, parentOption } from './parent.js';

interface DiffOptions extends LayerOptions {
  readonly parent?: string;
}

/**
 * Adds `layer diff`, which writes the archive of a layer to standard output.
 *
 * @internal
 */
export function registerDiff(layer: Command, streams: CliStreams): void {
  addLayerOptions(layer.command('diff').description("write a layer's archive to standard output"))
    .argument('<id>', 'the layer')
    .addOption(parentOption())
    .action((id: string, options: DiffOptions) =>
      runOperation(streams, options, ['diff', id], (operation) =>
        diff(operation, id, options.parent),
      ),
    );
}

async function diff(operation: Operation, id: string, told: string | undefined): Promise<void> {
  const { home, wait } = operation.options;
  if (operation.streams.stdout.isTTY === true) {
    throw new UsageError('an archive is no text for a terminal: redirect standard output');
  }
  const unread = await operation.read(async ({ reader, lock }) => {
    const parent = await decideParent(reader, id, told);
    if (!(await reader.isNative(id, parent))) return { parent };
    // Readers and writers of other layers go on: an archive may be piped into the next layer.
    await lock(join(home, id), 'shared', wait);
    await send(operation, await reader.diff(id, parent));
    return undefined;
  });
  if (unread === undefined) return;
  await operation.write(async ({ driver }) => {
    operation.noteMounting();
    await send(operation, await driver.diff(id, unread.parent));
  });
}

async function send(
  { streams, interruption }: Operation,
  archive: AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const chunk of archive) {
    await writeTo(streams.stdout, chunk, 'standard output');
    if (interruption.signal !== undefined) throw new InterruptedError(interruption.signal);
  }
}
