import type { Command } from 'commander';
import { GraphDriverError } from '../../domain/errors.js';
import type { LayerMetadata } from '../../driver/metadata.js';
import type { OverlayReader } from '../../driver/reader.js';
import { oneLine } from '../failure.js';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { runOperation } from './operation.js';

/** What a table shows in one row. */
type Value = string | number | boolean | undefined;

/**
 * Adds `layer inspect`, which tells what one layer is like.
 *
 * @internal
 */
export function registerInspect(layer: Command, streams: CliStreams): void {
  addLayerOptions(layer.command('inspect').description('tell about one layer'))
    .argument('<id>', 'the layer')
    .action((id: string, options: LayerOptions) =>
      runOperation(streams, options, ['inspect', id], async (operation) => {
        await operation.read(async ({ reader }) => {
          const summary = await reader.summarize(id);
          const document = { ...summary, ...(await describePlaces(reader, id)) };
          await operation.answer(formatTable(document), document);
        });
      }),
    );
}

/** A broken chain is what somebody inspects a layer for, so it is told and no failure. */
async function describePlaces(
  reader: OverlayReader,
  id: string,
): Promise<{ metadata: LayerMetadata } | { broken: string }> {
  try {
    return { metadata: await reader.metadata(id) };
  } catch (error) {
    if (error instanceof GraphDriverError) return { broken: error.message };
    throw error;
  }
}

function formatTable(document: object): string {
  const rows = Object.entries(document).flatMap(([key, value]: [string, Value | LayerMetadata]) =>
    typeof value === 'object' ? Object.entries<string>({ ...value }) : [[key, value] as const],
  );
  const width = Math.max(...rows.map(([key]) => key.length)) + 2;
  return rows
    .map(([key, value]) => `${`${key}:`.padEnd(width)}${oneLine(formatValue(value))}\n`)
    .join('');
}

function formatValue(value: Value): string {
  if (value === undefined) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  return value === '' ? '(none)' : value;
}
