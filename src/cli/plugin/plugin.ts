import type { Command } from 'commander';
import type { CliStreams } from '../streams.js';
import { registerServe } from './serve.js';

/**
 * Adds `plugin`, whose commands let Docker's daemon use the driver.
 *
 * @internal
 */
export function registerPlugin(program: Command, streams: CliStreams): void {
  const plugin = program
    .command('plugin')
    .description("be a graph driver plugin of Docker's daemon");
  registerServe(plugin, streams);
}
