import type { Command } from 'commander';
import { oneLine } from '../failure.js';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { runOperation } from './operation.js';

/**
 * Adds `layer status`, which tells what the driver knows of its home.
 *
 * @internal
 */
export function registerStatus(layer: Command, streams: CliStreams): void {
  addLayerOptions(layer.command('status').description('tell about the home')).action(
    (options: LayerOptions) =>
      runOperation(streams, options, ['status'], async (operation) => {
        await operation.read(async ({ reader }) => {
          const { home, profile } = options;
          const rows = await reader.status();
          const count = (await reader.ids()).length;
          const text = [['Home', oneLine(home)], ...rows, ['Layers', String(count)]]
            .map(([name, value]) => `${name}: ${value}\n`)
            .join('');
          const status = Object.fromEntries(rows);
          await operation.answer(text, { home, profile: profile.name, status, layers: count });
        });
      }),
  );
}
